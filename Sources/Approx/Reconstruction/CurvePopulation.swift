/// What all values of a site say about its least-squares polynomials, channel by channel.
///
/// Sampled rows serve the descent of weights. The polynomials that a network ends with must also hold where hardly any
/// value is, for a single one that leaves the curve takes its image with it: so they are fitted on every value.
package struct CurvePopulation: Sendable {
    package let degree: Int
    /// One per channel.
    package let extents: [ChannelExtent]
    /// Channel after channel, in the order of ``CurveSums`` and in the channel's variable t.
    private let sums: [Double]

    /// - Parameter sums: `CurveSums.count(degree:)` for each channel.
    package init(degree: Degree, extents: [ChannelExtent], sums: [Double]) {
        precondition(sums.count == extents.count * CurveSums.count(degree: degree.value), "every channel has its sums")
        self.degree = degree.value
        self.extents = extents
        self.sums = sums
    }

    private subscript(channel: Int) -> CurveSums {
        let terms = CurveSums.count(degree: degree)
        return CurveSums(degree: degree, values: Array(sums[channel * terms..<(channel + 1) * terms]))
    }

    /// One polynomial for each channel, and how far they are from what they are to meet.
    package struct Curves: Sendable {
        package var polynomials: [Polynomial]
        /// Over all values and channels, in the activation's own units.
        package var rootMeanSquareError: Double
    }

    /// The least-squares polynomials.
    ///
    /// - Parameters:
    ///   - function: What they are to meet beyond the observed values.
    ///   - anchors: Where, and how much that counts.
    package func curves(of function: ActivationFunction, anchors: CurveAnchors) -> Curves {
        var error = 0.0
        let polynomials = extents.enumerated().map { channel, extent in
            let own = self[channel]
            let beyond = anchors.sums(of: function, in: extent, degree: degree)
            let held = own.joined(with: beyond, times: anchors.share * own.weight / beyond.weight)
            let coefficients = extent.inTwoSquarings(held.fit().coefficients)
            error += own.error(of: coefficients) / Double(extents.count)
            return Polynomial(
                basis: .monomial, coefficients: extent.rescaled(coefficients), domain: -extent.reach...extent.reach)
        }
        return Curves(polynomials: polynomials, rootMeanSquareError: error.squareRoot())
    }
}
