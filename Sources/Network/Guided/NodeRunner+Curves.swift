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
            return try gathered(value, wanted, images: images, degree: degree, in: extents)
        }
        return try sums(images.count, degree, extents) { batch, channel, add in
            for position in batch {
                let image = images[position]
                add(value.image(image) + channel * plane, wanted.image(image) + channel * plane, plane)
            }
        }
    }

    private func gathered(
        _ value: ActivationStore, _ wanted: ActivationStore, images: [Int], degree: Degree,
        in extents: [ChannelExtent]
    ) throws -> [Double] {
        let plane = value.shape.height * value.shape.width
        return try sums(images.count, degree, extents) { batch, channel, add in
            let chosen = RowMatrix(rows: 2, columns: batch.count * plane)
            for (place, position) in batch.enumerated() {
                for (row, store) in [value, wanted].enumerated() {
                    (chosen.row(row) + place * plane).update(
                        from: store.image(images[position]) + channel * plane, count: plane)
                }
            }
            add(chosen.row(0), chosen.row(1), batch.count * plane)
        }
    }

    /// - Parameter body: Adds the values of a batch and a channel: what is read, what is wanted, and how many they are.
    private func sums(
        _ images: Int, _ degree: Degree, _ extents: [ChannelExtent],
        _ body:
            @Sendable (
                Range<Int>, _ channel: Int, _ add: (UnsafePointer<Float>, UnsafePointer<Float>, Int) -> Void
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
                    body(batch, channel) { x, y, count in
                        cdnnl_curve_sums(
                            x, y, count, extent.center, extent.inverseScale, Int32(degree.value),
                            start + channel * terms)
                    }
                }
            }
            return sums
        }
    }
}
