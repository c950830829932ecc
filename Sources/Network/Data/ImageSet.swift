/// Images of one shape in memory, in channel, height, width order, with their labels.
package struct ImageSet: Sendable {
    /// Raw values as the file has them; preprocessing happens on the way into the network.
    package enum Pixels: Sendable {
        /// 0 to 255.
        case bytes([UInt8])
        /// Whatever range the file used; all finite.
        case floats([Float])
    }

    /// Shape of every image.
    package let shape: TensorShape
    /// All images, one after the other.
    package let pixels: Pixels
    /// Class index of each image.
    package let labels: [Int32]

    /// A set of as many images as there are labels.
    ///
    /// - Parameter pixels: `labels.count * shape.count` values.
    package init(shape: TensorShape, pixels: Pixels, labels: [Int32]) {
        self.shape = shape
        self.pixels = pixels
        self.labels = labels
    }

    /// Images in the set.
    package var count: Int { labels.count }

    /// Parts of `size` images or fewer, about `count` images together, at even distances over the whole set.
    func spread(_ count: Int, by size: Int) -> [Range<Int>] {
        let parts = (min(count, self.count) + size - 1) / size
        guard count < self.count else {
            return stride(from: 0, to: self.count, by: size).map { $0..<min($0 + size, self.count) }
        }
        return (0..<parts).map { part in
            let start = part * (self.count - size) / max(parts - 1, 1)
            return start..<start + size
        }
    }

    /// The first images of the set.
    ///
    /// - Parameter count: At most as many as there are.
    package func prefix(_ count: Int) -> ImageSet {
        guard count < self.count else { return self }
        let values = count * shape.count
        let part: Pixels =
            switch pixels {
            case .bytes(let bytes): .bytes(Array(bytes.prefix(values)))
            case .floats(let floats): .floats(Array(floats.prefix(values)))
            }
        return ImageSet(shape: shape, pixels: part, labels: Array(labels.prefix(count)))
    }
}
