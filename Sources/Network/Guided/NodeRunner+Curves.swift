internal import Approx
internal import CDNNL

/// Sums over all values of some images, from which the polynomials of a site follow. They are added up in the order of
/// the images, whatever the threads do.
extension NodeRunner {
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
        return try sumBatches(images.count, zero) { batch in
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
    }
}
