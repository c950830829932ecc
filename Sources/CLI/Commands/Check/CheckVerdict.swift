internal import Encryption

/// Which stage of a check costs the most images, in one sentence.
struct CheckVerdict: CustomStringConvertible {
    let description: String

    private static let phrases: [CheckStage: String] = [
        .polynomial: "the polynomials", .circuit: "the circuit", .simulated: "the noise of CKKS",
        .encrypted: "real encryption beyond its simulation",
    ]

    init(_ report: CheckReport) {
        let costs = report.stages.dropFirst().map { (stage: $0.stage, cost: $0.lost - $0.gained) }
        guard let worst = costs.max(by: { $0.cost < $1.cost }), worst.cost > 0 else {
            description = "no stage costs accuracy on these \(report.images) images."
            return
        }
        let rest = costs.filter { $0.stage != worst.stage }.reduce(0) { $0 + $1.cost }
        description =
            "\(Self.phrases[worst.stage] ?? worst.stage.rawValue) cost \(worst.cost) of \(report.images) images, all "
            + "other stages together \(rest)."
    }
}
