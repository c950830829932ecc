internal import Approx
internal import CDNNL

/// Sums over all values of some images, from which the polynomials of a site follow. They are added up in the order of
/// the images, whatever the threads do.
extension NodeRunner {
    /// Where the values of each channel lie.
    func extents(of value: ActivationStore, images: [Int]) throws -> [ChannelExtent] {
        let plane = value.shape.height * value.shape.width
        let empty = Array(
            repeating: cdnnl_extent_sums(count: 0, sum: 0, squares: 0, reach: 0), count: value.shape.channels)
        let batches = try mapBatches(images.count) { batch in
            var sums = empty
            for position in batch {
                let values = value.image(images[position])
                for channel in sums.indices { cdnnl_extent(values + channel * plane, plane, &sums[channel]) }
            }
            return sums
        }
        let total = batches.reduce(into: empty) { total, batch in
            for channel in total.indices {
                total[channel].count += batch[channel].count
                total[channel].sum += batch[channel].sum
                total[channel].squares += batch[channel].squares
                total[channel].reach = max(total[channel].reach, batch[channel].reach)
            }
        }
        return total.map { ChannelExtent(count: $0.count, sum: $0.sum, squares: $0.squares, reach: $0.reach) }
    }

    /// The sums of each channel, channel after channel, for ``CurvePopulation``.
    ///
    /// - Parameters:
    ///   - value: What a site reads, by channel, height and width.
    ///   - extents: One per channel, for its variable.
    ///   - stretch: Values are taken times this.
    ///   - wanted: Where the activations that are to be met stand, for a position in `images` and the image there.
    func curveSums(
        of value: ActivationStore, images: [Int], degree: Degree, in extents: [ChannelExtent], stretch: Float = 1,
        wanted: @Sendable (_ position: Int, _ image: Int) -> UnsafeMutablePointer<Float>
    ) throws -> [Double] {
        let plane = value.shape.height * value.shape.width, terms = CurveSums.count(degree: degree.value)
        let zero = [Double](repeating: 0, count: extents.count * terms)
        let batches = try mapBatches(images.count) { batch in
            var sums = zero
            sums.withUnsafeMutableBufferPointer { sums in
                guard let first = sums.baseAddress else { return }
                for position in batch {
                    let found = value.image(images[position]), target = wanted(position, images[position])
                    for (channel, extent) in extents.enumerated() {
                        cdnnl_curve_sums(
                            found + channel * plane, target + channel * plane, plane, stretch, Float(extent.center),
                            Float(1 / extent.scale), Int32(degree.value), first + channel * terms)
                    }
                }
            }
            return sums
        }
        return batches.reduce(into: zero) { total, batch in
            for index in total.indices { total[index] += batch[index] }
        }
    }
}
