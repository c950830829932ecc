internal import Approx

/// Images that are used together for one step.
package struct TrainingBatch: Hashable, Sendable {
    /// Indices into the image set, in the order in which they go through.
    package var indices: [Int]
    /// Counts passes over the set; augmentation differs between them.
    package var epoch: Int

    package init(indices: [Int], epoch: Int = 0) {
        self.indices = indices
        self.epoch = epoch
    }

    /// The batches of one pass over `count` images, each in a place that depends on seed and epoch alone (Fisher and
    /// Yates). Images that fill no whole batch are left out of this pass.
    package static func epoch(_ epoch: Int, of count: Int, size: Int, seed: UInt64) -> [TrainingBatch] {
        var random = SplitMix64(seed: seed, stream: UInt64(bitPattern: Int64(epoch)))
        var order = Array(0..<count)
        // Written out, since Swift may change how it shuffles.
        for last in stride(from: count - 1, to: 0, by: -1) {
            order.swapAt(last, Int(random.next() % UInt64(last + 1)))
        }
        guard size > 0 else { return [] }
        return stride(from: 0, through: count - size, by: size).map {
            TrainingBatch(indices: Array(order[$0..<$0 + size]), epoch: epoch)
        }
    }
}
