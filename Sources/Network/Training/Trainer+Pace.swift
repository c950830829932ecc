extension Trainer {
    /// Seconds of a step on so many images. The steps are taken: use a trainer that is not needed for anything else.
    ///
    /// - Parameters:
    ///   - batch: Images in a step, the first of the set.
    ///   - checkpoint: Called after each step.
    ///   - loss: As for ``step(_:of:blends:onNonFinite:loss:)``.
    func pace<Report: Sendable>(
        _ batch: Int, of images: TrainingImages, checkpoint: () throws -> Void,
        loss: @Sendable (TrainingPass) throws -> Report
    ) throws -> Double {
        var paces: [Double] = []
        for _ in 0..<8 {
            let began = ContinuousClock.now
            // A step that is skipped takes its time as well.
            _ = try step(TrainingBatch(indices: Array(0..<batch)), of: images, onNonFinite: .skip, loss: loss)
            paces.append((ContinuousClock.now - began) / .seconds(1))
            try checkpoint()
        }
        // The first ones find cold caches.
        let warm = paces.dropFirst(3).sorted()
        return warm[warm.startIndex + warm.count / 2]
    }
}
