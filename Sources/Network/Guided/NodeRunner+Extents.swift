internal import Approx
internal import CDNNL
internal import Synchronization

/// Where the values of a whole set of images lie.
extension NodeRunner {
    private static let nothing = cdnnl_extent_sums(
        count: 0, sum: 0, squares: 0, least: .infinity, largest: -.infinity)

    /// Where the values of each channel lie.
    func extents(of value: ActivationStore, images: [Int]) throws -> [ChannelExtent] {
        let plane = value.shape.height * value.shape.width, channels = value.shape.channels
        let extents = Mutex(Array(repeating: Self.nothing, count: channels))
        let empty = Array(repeating: 0.0, count: 3 * channels)
        let sums = try sumBatches(images.count, empty) { batch in
            var own = Array(repeating: Self.nothing, count: channels)
            for position in batch {
                let values = value.image(images[position])
                for channel in own.indices { cdnnl_extent(values + channel * plane, plane, &own[channel]) }
            }
            // The least and the largest of all are the same in any order.
            extents.withLock { extents in
                for channel in own.indices {
                    extents[channel].least = min(extents[channel].least, own[channel].least)
                    extents[channel].largest = max(extents[channel].largest, own[channel].largest)
                }
            }
            return own.flatMap { [$0.count, $0.sum, $0.squares] }
        }
        return extents.withLock { $0 }.enumerated().map { channel, extent in
            ChannelExtent(
                count: sums[3 * channel], sum: sums[3 * channel + 1], squares: sums[3 * channel + 2],
                observed: extent.observed)
        }
    }

    /// The mean square of each channel over all images and positions.
    func meanSquares(of value: ActivationStore) throws -> [Float] {
        let plane = value.shape.height * value.shape.width
        let sums = try sumBatches(value.images, Array(repeating: 0, count: value.shape.channels)) { images in
            (0..<value.shape.channels).map { channel in
                images.reduce(0.0) { $0 + cdnnl_squared_norm(value.image($1) + channel * plane, plane) }
            }
        }
        return sums.map { Float($0 / Double(max(1, value.images * plane))) }
    }

    /// The largest magnitude in each image of a value; NaN where it has one.
    func largest(of value: ActivationStore) throws -> [Float] {
        let batches = try mapBatches(value.images) { images in
            images.map { image in
                var sums = Self.nothing
                cdnnl_extent(value.image(image), value.shape.count, &sums)
                // NaN is no larger than anything, but it spoils the sum of squares, as infinity does not.
                return sums.squares.isNaN ? Float.nan : max(abs(sums.least), abs(sums.largest))
            }
        }
        return Array(batches.joined())
    }
}

extension cdnnl_extent_sums {
    /// From the least value to the largest; nil where there is none.
    fileprivate var observed: ClosedRange<Double>? { least <= largest ? Double(least)...Double(largest) : nil }
}
