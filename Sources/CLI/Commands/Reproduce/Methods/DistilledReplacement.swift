internal import Approx
internal import Scheduler

/// What ``GuidedReplacement`` has made, trained towards the original network, without labels.
struct DistilledReplacement: SweptMethod {
    var column: PaperMethod { .ours }
    var isOwn: Bool { true }
    /// Its start, and itself.
    var networksTried: Int { 2 }

    func name(with effort: ReproductionEffort) -> String {
        "distilled, degree 2, \(Figure.epochs(effort.distillationEpochs))"
    }

    func request(for network: ReproducedNetwork) throws -> SweepRequest {
        SweepRequest(
            NetworkSelection(
                methods: [.distilled], wishes: [NetworkWish(try Degree(2), for: network)],
                calibration: network.calibration(network.effort.guidedImages),
                distillation: DistillationSettings(budget: .epochs(Double(network.effort.distillationEpochs))),
                trainingImages: network.calibration(.max)),
            for: network)
    }
}
