internal import Approx
internal import Store

/// A plan among all plans of its model, as JSON and as a row.
struct ComparedPlan: Encodable {
    let plan: String
    let key: String
    let method: String
    /// What made the polynomials, in alphabetical order.
    let fitters: [String]
    /// By layer; null where the original activation stays.
    let degrees: [Int?]
    let granularities: [String?]
    /// Multiplicative levels from the input to the logits, linear ones among them; null while activations are left that
    /// are no polynomials.
    let depth: Int?
    /// Those of the activations alone, added up.
    let levels: Int
    let refittedWeights: Bool
    let calibrationImages: [Int]
    let seed: UInt64?
    let preparationSeconds: Double?
    /// Whether it is what a training began with, since that made it worse.
    let keptStart: Bool
    let validation: EvaluationReport?
    let test: EvaluationReport?
    /// Whether it was evaluated on the images that plans are compared on.
    let isCompared: Bool
    /// Whether no plan of its depth or less is as accurate.
    var isOnFront = false

    init(
        _ record: PlanRecord, _ approximations: [ApproximationRecord?], in graph: LevelGraph, store: Store,
        on images: EvaluationImages?
    ) throws {
        let report = try PlanReport(record, in: store)
        plan = record.name
        key = record.key
        method = record.method
        fitters = Set(approximations.compactMap { $0?.fit.fitter }).sorted()
        degrees = approximations.map { $0?.fit.degree.value }
        granularities = approximations.map { $0?.fit.approximation.granularity.rawValue }
        let levelsByLayer = approximations.compactMap { $0?.fit.levels }
        depth = levelsByLayer.count == graph.layerCount ? graph.levels(ofLayers: levelsByLayer) : nil
        levels = record.levels
        refittedWeights = record.refitsWeights
        calibrationImages = Set(approximations.compactMap { $0?.fit.calibrationImages }).sorted()
        seed = PlanSettings(of: record)?.seed
        preparationSeconds = report.preparationSeconds
        keptStart = report.keptStart
        let compared = try images.flatMap { try store.evaluation(of: .plan(record.id), model: record.model, on: $0) }
        validation = compared.map(EvaluationReport.init) ?? report.validation
        test = report.test
        isCompared = compared != nil
    }

    var isComplete: Bool { depth != nil }

    /// "least-squares", and that it has a polynomial for each channel where that is a choice.
    var fittersText: String {
        let names = fitters.joined(separator: ", "), granularities = Set(granularities.compactMap(\.self))
        guard !refittedWeights, granularities.contains(Granularity.channel.rawValue) else { return names }
        return names + (granularities.count == 1 ? ", per channel" : ", some per channel")
    }

    /// "2", "2, 4" or "2...7", and what stays as it is.
    var degreesText: String {
        let known = Set(degrees.compactMap(\.self)).sorted()
        let text =
            known.count > 3 ? "\(known[0])...\(known[known.count - 1])" : known.map(String.init).joined(separator: ", ")
        let kept = degrees.count { $0 == nil }
        return kept == 0 ? text : text + (text.isEmpty ? "" : ", ") + "\(kept) kept"
    }

    static func table(_ plans: [ComparedPlan], original: EvaluationReport?) -> Table {
        var table = Table(columns: [
            .text("plan"), .text("key"), .text("fitter"), .text("degrees"), .number("depth"), .number("levels"),
            .text("validation accuracy"), .number("drop"), .text("test accuracy"), .number("drop"), .number("escaped"),
            .text("weights"), .number("prepared in"),
        ])
        table.append(
            ["original network", "", "", "", "-", "-", original?.figure ?? "-"] + Array(repeating: "", count: 6))
        for plan in plans {
            table.append([
                plan.plan, String(plan.key.prefix(12)), plan.fittersText, plan.degreesText,
                plan.depth.map(String.init) ?? "-", String(plan.levels), plan.validation?.figure ?? "-",
                plan.validation?.dropText ?? "-", plan.test?.figure ?? "-", plan.test?.dropText ?? "-",
                (plan.test ?? plan.validation).map { String($0.escaped) } ?? "-",
                plan.refittedWeights ? "refitted" : "original", plan.preparationSeconds.map(Figure.duration) ?? "-",
            ])
        }
        return table
    }
}
