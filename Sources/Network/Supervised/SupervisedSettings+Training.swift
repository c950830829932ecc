internal import Approx

extension SupervisedSettings {
    /// - Throws: ``TrainingError``
    func validate(images: Int) throws(TrainingError) {
        try budget.validate()
        try require("learning rate", learningRate, "above 0") { $0 > 0 }
        try require("weight decay", weightDecay, "0 or more") { $0 >= 0 }
        guard (1...max(images, 1)).contains(batch) else { throw .batchSize(batch, images: images) }
    }

    /// - Parameter steps: Of the whole training; nil for a learning rate that stays at its top.
    func training(steps: Int?) -> Trainer.Settings {
        let method: OptimisationMethod =
            switch optimiser {
            case .sgd: .sgd(momentum: 0.9, nesterov: true)
            case .adamw: .adam(decouplesDecay: true)
            case .muon: .muon()
            }
        let shape: Network.Schedule.Shape =
            switch schedule {
            case .oneCycle: .oneCycle()
            case .cosine: .cosine()
            case .constant: .constant
            }
        return Trainer.Settings(
            method: method,
            groups: [
                .init([.weights], learningRate: learningRate, weightDecay: weightDecay),
                .init([.biases], learningRate: learningRate),
            ],
            schedule: steps.map { .init(shape, steps: $0) } ?? .init())
    }

    /// - Parameter side: The smaller one of the images.
    func augmentation(side: Int) -> Network.Augmentation {
        switch augmentation {
        case .none: .none
        case .crop: .init(padding: side / 8)
        case .flip: .init(flips: true)
        case .cropAndFlip: .init(padding: side / 8, flips: true)
        }
    }
}
