internal import Approx

/// The labelled images that a training goes through, batch after batch, and its steps on them.
struct LabelledBatches {
    let images: TrainingImages
    private var order: BatchOrder

    /// - Throws: ``TrainingError/partialMicroBatch(images:microBatch:)`` where a network that is normalised over
    ///   micro-batches would meet one that is not full.
    init(
        _ images: ImageSet, settings: SupervisedSettings, preprocessing: Preprocessing, for engine: TrainingEngine
    ) throws(TrainingError) {
        if engine.network.usesBatchStatistics, settings.batch % engine.microBatch != 0 {
            throw .partialMicroBatch(images: settings.batch, microBatch: engine.microBatch)
        }
        self.images = try TrainingImages(
            images, preprocessing: preprocessing,
            augmentation: settings.augmentation(side: min(images.shape.height, images.shape.width)),
            seed: settings.seed)
        order = BatchOrder(images: images.count, size: settings.batch, seed: settings.seed)
    }

    /// Images in a step.
    var size: Int { order.size }

    /// Steps in a pass over the images.
    var perEpoch: Int { order.perEpoch }

    /// The next step of a training.
    ///
    /// - Parameter checkpoint: Called for each micro-batch, on its thread.
    mutating func step(
        _ trainer: Trainer, checkpoint: @Sendable () throws -> Void
    ) throws -> [LabelledLoss.Report] {
        try trainer.step(order.batch(at: trainer.steps), of: images) { pass in
            try checkpoint()
            return try LabelledLoss().add(to: pass)
        }.reports
    }

    /// Seconds of a step.
    ///
    /// - Parameter checkpoint: Called after each of those that are taken to measure it.
    func pace(_ trainer: Trainer, checkpoint: () throws -> Void) throws -> Double {
        try trainer.pace(size, of: images, checkpoint: checkpoint) { try LabelledLoss().add(to: $0) }
    }
}
