internal import Approx
internal import CDNNL

/// Sums over the values of some images, from which the polynomials of a site follow, channel after channel as
/// ``CurvePopulation`` takes them. They are added up in the order of the images, whatever the threads do.
extension NodeRunner {
    /// Planes of fewer values are gathered over a batch first.
    private static let smallPlane = 64

    /// Over all values.
    ///
    /// - Parameters:
    ///   - value: What a site reads, by channel, height and width.
    ///   - wanted: The activations that are to be met.
    ///   - extents: One per channel, for its variable.
    func curveSums(
        of value: ActivationStore, against wanted: ActivationStore, images: [Int], degree: Degree,
        in extents: [ChannelExtent]
    ) throws -> [Double] {
        let plane = value.shape.height * value.shape.width
        guard plane >= Self.smallPlane else {
            return try gathered(
                value, wanted, images: images, degree: degree, in: extents, stretch: 1, step: 1, { Double($0) })
        }
        return try sums(images.count, degree, extents) { batch, channel, add in
            for position in batch {
                let image = images[position]
                add(value.image(image) + channel * plane, wanted.image(image) + channel * plane, plane, 1)
            }
        }
    }

    /// Over every `step`-th position, with values stretched and the function met there.
    ///
    /// - Parameters:
    ///   - read: What the site reads in the original network.
    ///   - reach: By how much values are stretched.
    func stretchedCurveSums(
        of value: ActivationStore, against read: ActivationStore, images: [Int], degree: Degree,
        in extents: [ChannelExtent], reach: Double, step: Int, function: ActivationFunction
    ) throws -> [Double] {
        try gathered(
            value, read, images: images, degree: degree, in: extents, stretch: Float(reach), step: step
        ) { function(reach * Double($0)) }
    }

    private func gathered(
        _ value: ActivationStore, _ other: ActivationStore, images: [Int], degree: Degree, in extents: [ChannelExtent],
        stretch: Float, step: Int, _ wanted: @Sendable (Float) -> Double
    ) throws -> [Double] {
        let plane = value.shape.height * value.shape.width
        return try sums(images.count, degree, extents) { batch, channel, add in
            let most = (batch.count * plane + step - 1) / step
            let chosen = RowMatrix(rows: 2, columns: most)
            var count = 0
            for position in batch {
                let x = value.image(images[position]) + channel * plane
                let y = other.image(images[position]) + channel * plane
                // Positions are counted through all images.
                let first = (step - position * plane % step) % step
                for place in Swift.stride(from: first, to: plane, by: step) {
                    chosen.row(0)[count] = x[place]
                    chosen.row(1)[count] = Float(wanted(y[place]))
                    count += 1
                }
            }
            add(chosen.row(0), chosen.row(1), count, stretch)
        }
    }

    /// - Parameter body: Adds the values of a batch and a channel: what is read, what is wanted, how many they are, and by
    ///   how much they are stretched.
    private func sums(
        _ images: Int, _ degree: Degree, _ extents: [ChannelExtent],
        _ body:
            @Sendable (
                Range<Int>, _ channel: Int, _ add: (UnsafePointer<Float>, UnsafePointer<Float>, Int, Float) -> Void
            ) -> Void
    ) throws -> [Double] {
        precondition(degree.value <= CDNNL_LARGEST_CURVE_DEGREE, "degree \(degree.value) is beyond the sums' reach")
        let terms = CurveSums.count(degree: degree.value)
        let zero = [Double](repeating: 0, count: extents.count * terms)
        return try sumBatches(images, zero) { batch in
            var sums = zero
            sums.withUnsafeMutableBufferPointer { sums in
                guard let start = sums.baseAddress else { return }
                for (channel, extent) in extents.enumerated() {
                    body(batch, channel) { x, y, count, stretch in
                        cdnnl_curve_sums(
                            x, y, count, stretch, extent.center, extent.inverseScale, Int32(degree.value),
                            start + channel * terms)
                    }
                }
            }
            return sums
        }
    }
}
