internal import Approx
internal import Scheduler

/// Weights and polynomials refitted layer by layer, without labels.
struct GuidedReplacement: SweptMethod {
    var column: PaperMethod { .ours }
    var isOwn: Bool { true }

    func name(with effort: ReproductionEffort) -> String { "guided, degree 2" }

    func request(for network: ReproducedNetwork) throws -> SweepRequest {
        SweepRequest(
            NetworkSelection(
                methods: [.guided], wishes: [NetworkWish(try Degree(2), for: network)],
                calibration: network.calibration(network.effort.guidedImages)),
            for: network)
    }
}
