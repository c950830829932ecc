internal import Approx

/// Blends of two images (mixup, Zhang et al. 2018), whose target must come from a teacher that sees the blend: between two
/// images a network says more about itself than on those that it has learnt by heart (Beyer et al. 2022).
package struct Mixup: Sendable {
    /// The share of images that another one shines through.
    package var share: Double

    /// - Parameter share: 0 to 1.
    package init(share: Double) {
        self.share = share
    }

    /// Images as they are.
    package static let none = Mixup(share: 0)

    /// What shines through an image.
    struct Partner: Hashable {
        /// Of the set, with its own augmentation.
        var image: Int
        /// Its part of the sum, below one half.
        var weight: Float
    }

    /// - Parameter count: Images in the set.
    /// - Returns: Nil where the image stays alone. It depends on seed, epoch and image alone.
    func partner(seed: UInt64, epoch: Int, image: Int, of count: Int) -> Partner? {
        guard share > 0, count > 1 else { return nil }
        // A stream of its own beside that of the augmentation.
        var random = SplitMix64(seed: ~seed, stream: UInt64(bitPattern: Int64(epoch)), UInt64(image))
        guard random.nextUnit() < share else { return nil }
        let distance = 1 + Int(random.next() % UInt64(count - 1))
        return Partner(image: (image + distance) % count, weight: Float(random.nextUnit() / 2))
    }
}
