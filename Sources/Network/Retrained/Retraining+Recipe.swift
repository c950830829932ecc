package import Approx

extension Retraining.Start {
    /// Passes over the training images unless told otherwise.
    package var usualEpochs: Double {
        switch self {
        case .trainedWeights: 10
        case .randomWeights: 30
        }
    }

    /// How networks are retrained unless told otherwise.
    ///
    /// - Parameters:
    ///   - images: That there are to train on.
    ///   - channels: Of an image. Those in colour are cropped and flipped, grey ones left as they are.
    /// - Throws: ``TrainingError/batchSize(_:images:)`` where they do not fill a micro-batch.
    package func settings(
        budget: TrainingBudget, images: Int, channels: Int, seed: UInt64
    ) throws(TrainingError) -> SupervisedSettings {
        let unit = TrainingEngine.defaultMicroBatch
        let batch = min(128, images / unit * unit)
        guard batch > 0 else { throw .batchSize(unit, images: images) }
        return SupervisedSettings(
            budget: budget, batch: batch, optimiser: .muon, schedule: self == .trainedWeights ? .cosine : .oneCycle,
            learningRate: self == .trainedWeights ? 1e-3 : 4e-3, weightDecay: 1e-2,
            augmentation: channels > 1 ? .cropAndFlip : .none, seed: seed)
    }
}
