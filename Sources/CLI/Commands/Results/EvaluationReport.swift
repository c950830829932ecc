internal import Store

/// An evaluation as JSON: counts first, so that every percentage can be recomputed.
struct EvaluationReport: Encodable {
    let split: String
    let mode: String
    let images: Int
    let correct: Int
    let agreeing: Int
    let escaped: Int
    let accuracy: Double
    /// The 95 % Wilson interval of the accuracy, in percent.
    let interval: [Double]
    /// Against the original on the same images, in points.
    let drop: Double?
    let outsideShares: [Double?]

    init(_ evaluation: EvaluationRecord) {
        split = evaluation.split.rawValue
        mode = evaluation.mode.rawValue
        images = evaluation.images
        correct = evaluation.correct
        agreeing = evaluation.agreeing
        escaped = evaluation.escaped
        accuracy = evaluation.accuracy
        interval = Figure.interval(correct: evaluation.correct, of: evaluation.images).ends
        drop = evaluation.drop
        outsideShares = evaluation.outsideShares
    }

    var figure: String { Figure.accuracy(correct: correct, of: images) }
    var dropText: String { drop.map { Figure.fixed($0, 2) } ?? "-" }
    var agreementText: String { Figure.percent(agreeing, of: images) }
}

extension [EvaluationRecord] {
    /// The one to quote: in clear and on the most images.
    func largest(_ split: SplitName) -> EvaluationRecord? {
        filter { $0.mode == .clear && $0.split == split }.max { $0.images < $1.images }
    }
}
