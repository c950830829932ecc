/// How a polynomial network is trained towards the original one.
package struct DistillationSettings: Hashable, Codable, Sendable {
    /// How long to train.
    package enum Budget: Hashable, Codable, Sendable {
        /// Passes over the images: the same result on every run.
        case epochs(Double)
        /// As many steps as this machine makes in so many seconds, by the pace of the first ones.
        case seconds(Double)
    }

    package var budget: Budget
    /// Images in a step.
    package var batch: Int
    /// Of Adam, for weights, biases and coefficients, at the top of its schedule: up over the first tenth of the steps,
    /// down to 0 along half a cosine.
    package var learningRate: Double
    /// Of the softmax of both networks, where they are compared.
    package var temperature: Double
    /// Price of pre-activations beyond the ranges at the start, which keeps them away from the clamps.
    package var penalty: Double
    /// Where pre-activations are clamped while training, in half-widths of their ranges at the start.
    package var clampReach: Double
    /// Gradients of micro-batches are clipped to this quantile of those before.
    package var clippingQuantile: Double
    /// Nil for what the original network's predictions bear.
    package var augmentation: Augmentation?
    package var seed: UInt64

    package init(
        budget: Budget, batch: Int = 128, learningRate: Double = 1e-3, temperature: Double = 4, penalty: Double = 1e4,
        clampReach: Double = 2, clippingQuantile: Double = 0.5, augmentation: Augmentation? = nil, seed: UInt64 = 0
    ) {
        self.budget = budget
        self.batch = batch
        self.learningRate = learningRate
        self.temperature = temperature
        self.penalty = penalty
        self.clampReach = clampReach
        self.clippingQuantile = clippingQuantile
        self.augmentation = augmentation
        self.seed = seed
    }
}

extension DistillationSettings {
    /// - Throws: ``TrainingError/invalidSetting(name:value:expected:)``
    func validate() throws(TrainingError) {
        switch budget {
        case .epochs(let epochs): try require("epochs", epochs, "above 0") { $0 > 0 }
        case .seconds(let seconds): try require("budget in seconds", seconds, "above 0") { $0 > 0 }
        }
        try require("batch", Double(batch), "above 0") { $0 > 0 }
        try require("learning rate", learningRate, "above 0") { $0 > 0 }
        try require("temperature", temperature, "above 0") { $0 > 0 }
        try require("penalty", penalty, "0 or more") { $0 >= 0 }
        try require("clamp reach", clampReach, "1 or more") { $0 >= 1 }
    }

    /// - Parameter pace: Measures the seconds of a step; called where the budget is in seconds.
    func steps(perEpoch: Int, pace: () throws -> Double) throws -> Int {
        let steps =
            switch budget {
            case .epochs(let epochs): epochs * Double(perEpoch)
            case .seconds(let seconds): try seconds / pace()
            }
        // The schedule needs a few, and nobody waits for more than a million.
        return Int(min(max(steps, 4), 1e6))
    }
}
