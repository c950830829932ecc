/// How much a reproduction spends on one network.
struct ReproductionEffort: Hashable, Sendable {
    /// Calibration images whose statistics polynomials are fitted to.
    var fittedImages = 5000
    /// Calibration images that weights are refitted with.
    var guidedImages = 10_000
    /// Passes of a distillation over the training images.
    var distillationEpochs: Int
    /// Passes of the first training of a network that is not there; nil for what its architecture has.
    var trainingEpochs: Int?

    /// What the paper's tables deserve.
    static func full(_ network: PaperNetwork) -> ReproductionEffort {
        ReproductionEffort(distillationEpochs: network == .lenet5 ? 10 : 30)
    }

    /// What a quarter of an hour has room for on two cores.
    static func quick(_ network: PaperNetwork) -> ReproductionEffort {
        switch network {
        case .lenet5: ReproductionEffort(distillationEpochs: 5)
        case .resnet20, .resnet32:
            ReproductionEffort(fittedImages: 1000, guidedImages: 2000, distillationEpochs: 2, trainingEpochs: 4)
        }
    }

    /// What is less than in `full`, in words.
    func reductions(from full: ReproductionEffort) -> [String] {
        let parts: [(what: String, own: Int, full: Int)] = [
            ("images for fits", fittedImages, full.fittedImages),
            ("images for refitted weights", guidedImages, full.guidedImages),
            ("epochs of distillation", distillationEpochs, full.distillationEpochs),
        ]
        return parts.filter { $0.own < $0.full }.map {
            "\(Figure.count($0.own)) instead of \(Figure.count($0.full)) \($0.what)"
        }
    }
}
