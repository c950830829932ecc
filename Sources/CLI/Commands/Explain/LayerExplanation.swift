internal import Approx
internal import Network
internal import Store

/// What is known of one layer of a plan, as JSON and as a row. Ranges are of pre-activations, all channels together.
struct LayerExplanation: Encodable {
    let layer: Int
    let name: String
    /// nil where the original activation stays.
    let degree: Int?
    let fitted: [Double]?
    /// Extremes, and the quantiles 0.001 and 0.999, on calibration images in the plan's network.
    let observed: [Double]?
    let observedBulk: [Double]?
    /// How much larger deviations could be before one leaves its channel's fitted range.
    let margin: Double?
    /// For every image; an end that double precision cannot hold is null.
    let certified: [Double?]
    /// Whether affine forms narrowed it; otherwise interval arithmetic alone.
    let certifiedByAffineForms: Bool
    /// Of calibration images, how many escaped here first.
    let calibrationEscaped: Int
    let outsideShare: Double?
    let inputError: Double?
    let outputError: Double?
    let fitError: Double?
    let rangeError: Double?
    let accumulatedError: Double?
    /// Validation images that escaped here first in the plan's network.
    let escaped: Int
    let onlyThis: PlanExplanation.Figures
    let withoutThis: PlanExplanation.Figures
    /// Points of agreement lost with only this layer replaced, and gained by the plan without it.
    let onlyThisDrop: Double
    let withoutThisGain: Double
    let cause: String?
    /// Whether the certified bound is beyond ten times the observed range.
    let isLoose: Bool

    init(
        _ record: LayerRecord, _ replacement: ApproximationRecord?, _ attribution: PlanAttribution,
        _ ranges: LayerRanges
    ) {
        let result = attribution.layers[record.position]
        let share = 100 / Double(max(1, attribution.images))
        layer = record.position
        name = record.name
        degree = replacement?.fit.degree.value
        fitted = replacement?.fit.range.ends
        observed = ranges.observed
        observedBulk = ranges.observedBulk
        margin = ranges.margin
        certified = ranges.certified
        certifiedByAffineForms = ranges.isAffine
        calibrationEscaped = ranges.escaped
        outsideShare = result.outsideShare
        inputError = result.inputError
        outputError = result.outputError
        fitError = result.fitError
        rangeError = result.rangeError
        accumulatedError = result.accumulatedError
        escaped = result.escaped
        onlyThis = PlanExplanation.Figures(result.onlyThis)
        withoutThis = PlanExplanation.Figures(result.withoutThis)
        onlyThisDrop = share * Double(attribution.original.agreeing - result.onlyThis.agreeing)
        withoutThisGain = share * Double(result.withoutThis.agreeing - attribution.planned.agreeing)
        cause = result.cause?.rawValue
        isLoose = ranges.isLoose
    }

    static func table(_ layers: [LayerExplanation]) -> Table {
        var table = Table(columns: [
            .number("layer"), .text("name"), .number("degree"), .text("observed"), .text("0.1-99.9 %"), .text("fitted"),
            .number("margin"), .text("certified"), .number("outside %"), .number("error in"), .number("error out"),
            .number("escaped"), .number("only this: drop"), .number("without: gain"), .text("main cause"),
        ])
        for layer in layers {
            table.append([
                String(layer.layer), layer.name, layer.degree.map(String.init) ?? "-", range(layer.observed),
                range(layer.observedBulk), range(layer.fitted), compact(layer.margin), layer.certifiedText,
                compact(layer.outsideShare.map { 100 * $0 }), compact(layer.inputError), compact(layer.outputError),
                String(layer.escaped), Figure.fixed(layer.onlyThisDrop, 2), Figure.fixed(layer.withoutThisGain, 2),
                layer.causeText,
            ])
        }
        return table
    }

    private var certifiedText: String {
        let ends = certified.compactMap { $0 }
        return ends.count == 2 ? Self.range(ends) : "unbounded"
    }

    private var causeText: String {
        switch cause.flatMap(PlanAttribution.Cause.init(rawValue:)) {
        case .fit?: "the polynomial's fit"
        case .range?: "values outside the range"
        case .accumulated?: "error in its input"
        case nil: "-"
        }
    }

    private static func range(_ ends: [Double]?) -> String {
        ends.map { "\(Figure.compact($0[0])) ... \(Figure.compact($0[1]))" } ?? "-"
    }

    private static func compact(_ value: Double?) -> String {
        value.map(Figure.compact) ?? "-"
    }
}
