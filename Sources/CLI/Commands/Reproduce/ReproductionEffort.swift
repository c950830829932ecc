/// How much a reproduction spends on one network.
struct ReproductionEffort: Hashable, Sendable {
    /// Calibration images whose statistics polynomials are fitted to.
    var fittedImages = 5000
    /// Calibration images that weights are refitted with.
    var guidedImages = 10_000
    /// Passes of a distillation over the training images.
    var distillationEpochs: Int
    /// Passes of a retraining over them, from the trained weights and from random ones.
    var retrainingEpochs: Int
    var scratchEpochs: Int
    /// Plans of a generation of the search, and generations.
    var population: Int
    var generations: Int
    /// Images that plans of the search are refitted with, and as many to compare them on.
    var searchImages = 1000
    /// Passes of the first training of a network that is not there; nil for what its architecture has.
    var trainingEpochs: Int?

    /// What the paper's tables deserve.
    static func full(_ network: PaperNetwork) -> ReproductionEffort {
        ReproductionEffort(
            distillationEpochs: network == .lenet5 ? 10 : 30, retrainingEpochs: 10, scratchEpochs: 30, population: 50,
            generations: 20)
    }

    /// What a quarter of an hour has room for on two cores.
    static func quick(_ network: PaperNetwork) -> ReproductionEffort {
        switch network {
        case .lenet5:
            ReproductionEffort(
                distillationEpochs: 5, retrainingEpochs: 3, scratchEpochs: 3, population: 8, generations: 4)
        case .resnet20, .resnet32:
            ReproductionEffort(
                fittedImages: 1000, guidedImages: 2000, distillationEpochs: 2, retrainingEpochs: 1, scratchEpochs: 1,
                population: 6, generations: 2, searchImages: 500, trainingEpochs: 4)
        }
    }

    /// What is less than in `full`, in words.
    func reductions(from full: ReproductionEffort) -> [String] {
        let parts: [(what: String, own: Int, full: Int)] = [
            ("images for fits", fittedImages, full.fittedImages),
            ("images for refitted weights", guidedImages, full.guidedImages),
            ("epochs of distillation", distillationEpochs, full.distillationEpochs),
            ("epochs of retraining", retrainingEpochs, full.retrainingEpochs),
            ("epochs of retraining from scratch", scratchEpochs, full.scratchEpochs),
            ("plans in a generation", population, full.population),
            ("generations", generations, full.generations),
            ("images for plans of the search", searchImages, full.searchImages),
        ]
        let less = parts.filter { $0.own < $0.full }.map {
            "\(Figure.count($0.own)) instead of \(Figure.count($0.full)) \($0.what)"
        }
        guard let trainingEpochs, full.trainingEpochs == nil else { return less }
        return less + ["\(Figure.epochs(trainingEpochs)) of first training where the network is trained here"]
    }
}
