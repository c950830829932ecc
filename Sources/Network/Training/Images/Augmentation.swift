internal import Approx

/// Random changes to training images that leave their meaning: a shift within a border, and a flip.
///
/// What happens to an image depends on the seed, the epoch and the image's index alone, so the order of images and the
/// number of threads change nothing.
package struct Augmentation: Hashable, Codable, Sendable {
    /// What lies beyond the edge of an image.
    package enum Border: String, Hashable, Codable, Sendable {
        case black
        /// The image again, reflected at its outermost pixels.
        case mirrored
    }

    /// Pixels of border on every side, out of which a part of the image's size is cut.
    package var padding: Int
    package var border: Border
    /// Whether half of the images are flipped left to right.
    package var flips: Bool

    package init(padding: Int = 0, border: Border = .black, flips: Bool = false) {
        self.padding = padding
        self.border = border
        self.flips = flips
    }

    /// Images as they are.
    package static let none = Augmentation()
    /// What CIFAR networks are usually trained with.
    package static let cifar = Augmentation(padding: 4, flips: true)

    /// What is done to one image.
    struct Change: Hashable {
        /// By how much the cut-out lies below and right of the image.
        var down: Int
        var right: Int
        var flips: Bool
    }

    func change(seed: UInt64, epoch: Int, image: Int) -> Change {
        var random = SplitMix64(seed: seed, stream: UInt64(bitPattern: Int64(epoch)), UInt64(image))
        let span = UInt64(2 * padding + 1)
        let down = Int(random.next() % span) - padding
        let right = Int(random.next() % span) - padding
        return Change(down: down, right: right, flips: flips && random.next() >> 63 == 1)
    }
}
