internal import Approx
internal import Network
internal import Store

/// What is known of a plan and its layers, as JSON and as a table.
struct PlanExplanation: Encodable {
    /// How a network did on the validation images.
    struct Figures: Encodable {
        let correct: Int
        let agreeing: Int
        let escaped: Int

        init(_ count: PlanAttribution.Count) {
            correct = count.correct
            agreeing = count.agreeing
            escaped = count.escaped
        }
    }

    let model: String
    let plan: String
    let refitted: Bool
    let validationImages: Int
    let calibrationImages: Int
    let original: Figures
    let planned: Figures
    let layers: [LayerExplanation]
    /// The first layer whose certified bound is beyond ten times the observed range, and the first without a bound.
    let looseFrom: Int?
    let unboundedFrom: Int?
    let verdict: String

    init(
        _ loaded: LoadedPlan, original graph: NetworkGraph, dataset: Dataset, images: Int, threads: Int
    ) throws {
        let plan = loaded.replacements
        let validation = try dataset.images(of: .validation)
        let validationCount = min(images, validation.count)
        let network = try PlannedNetwork(original: graph, refitted: loaded.graph, plan: plan)
        let attribution = try Console.withProgress(of: validationCount, "layers in and out") { progress in
            try PlanAttribution(
                of: network, validation, 0..<validationCount, preprocessing: loaded.preprocessing, threads: threads,
                checkpoint: progress)
        }
        let ranges = try PlanRanges(of: loaded, dataset, images: images, threads: threads)
        layers = loaded.layers.indices.map { layer in
            LayerExplanation(
                loaded.layers[layer], loaded.approximations[layer], attribution, LayerRanges(of: layer, in: ranges))
        }
        model = loaded.model.name
        self.plan = loaded.record.name
        refitted = loaded.refitsWeights
        validationImages = validationCount
        calibrationImages = ranges.images
        original = Figures(attribution.original)
        planned = Figures(attribution.planned)
        looseFrom = layers.firstIndex(where: \.isLoose)
        unboundedFrom = ranges.certified.firstIndex { !$0.interval.isBounded }
        verdict = attribution.verdict(names: loaded.layers.map(\.name), degrees: layers.map(\.degree))
    }

    func rendered(style: Style) -> String {
        var parts = [
            style.bold("Plan \(plan) of \(model)\(refitted ? ", weights refitted" : "")"),
            "Original \(Figure.accuracy(correct: original.correct, of: validationImages)), plan "
                + "\(Figure.accuracy(correct: planned.correct, of: validationImages)) on validation images; "
                + "\(Figure.percent(planned.agreeing, of: validationImages)) % agree, \(planned.escaped) escaped.",
            LayerExplanation.table(layers).rendered(style: style), "", bounds, "", style.bold("Verdict: ") + verdict,
        ]
        parts.insert("", at: 2)
        return parts.joined(separator: "\n")
    }

    private var bounds: String {
        guard let looseFrom else {
            return "Certified bounds, for every image there can be, stay within ten times the observed ranges."
        }
        let unbounded = unboundedFrom.map { ", and from layer \($0) on they are beyond double precision" } ?? ""
        return "Certified bounds, for every image there can be, exceed ten times the observed range from layer "
            + "\(looseFrom) on\(unbounded)."
    }
}
