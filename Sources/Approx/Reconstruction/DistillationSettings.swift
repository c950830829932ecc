/// How a polynomial network is trained towards the original one.
package struct DistillationSettings: Hashable, Codable, Sendable {
    package var budget: TrainingBudget
    /// Images in a step.
    package var batch: Int
    /// Of Muon for weights and Adam for biases and coefficients, at the top of its schedule: up over the first tenth of
    /// the steps, down to 0 along half a cosine.
    package var learningRate: Double
    /// Of the softmax of both networks, where they are compared.
    package var temperature: Double
    /// Price of pre-activations beyond the ranges at the start, which keeps them away from the clamps.
    package var penalty: Double
    /// Price of polynomials that leave the function at the anchors beyond these ranges, see ``CurveAnchors``.
    package var anchorPenalty: Double
    /// Where pre-activations are clamped while training, in half-widths of their ranges at the start.
    package var clampReach: Double
    /// Gradients of micro-batches are clipped to this quantile of those before.
    package var clippingQuantile: Double
    /// The share of images that another one shines through.
    package var mixup: Double
    package var seed: UInt64

    package init(
        budget: TrainingBudget, batch: Int = 128, learningRate: Double = 1e-3, temperature: Double = 4,
        penalty: Double = 1e4, anchorPenalty: Double = 0, clampReach: Double = 2, clippingQuantile: Double = 0.5,
        mixup: Double = 0.5, seed: UInt64 = 0
    ) {
        self.budget = budget
        self.batch = batch
        self.learningRate = learningRate
        self.temperature = temperature
        self.penalty = penalty
        self.anchorPenalty = anchorPenalty
        self.clampReach = clampReach
        self.clippingQuantile = clippingQuantile
        self.mixup = mixup
        self.seed = seed
    }
}
