/// What an approximation alone is foretold to do to its network.
package struct Sensitivity: Hashable, Sendable {
    package var approximation: ApproximationID
    /// Fingerprint of the data set whose first calibration images were used.
    package var dataset: String
    package var images: Int
    package var seed: UInt64
    /// Of the network's classes from the original's, in nats, to second order.
    package var divergence: Double

    package init(approximation: ApproximationID, dataset: String, images: Int, seed: UInt64, divergence: Double) {
        self.approximation = approximation
        self.dataset = dataset
        self.images = images
        self.seed = seed
        self.divergence = divergence
    }
}
