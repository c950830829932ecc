internal import Approx
internal import Scheduler

/// IR: ReLU as a composite of minimax polynomials in the trained network (Lee et al. 2021), as precise as in the paper's
/// baseline.
struct CompositeReplacement: SweptMethod {
    private static let precision = 13

    var column: PaperMethod { .inferenceReplacement }

    func name(with effort: ReproductionEffort) -> String { "composite, precision \(Self.precision)" }

    func request(for network: ReproducedNetwork) -> SweepRequest {
        SweepRequest(.composite, precisions: [Self.precision], for: network)
    }
}
