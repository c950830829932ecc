/// Where the polynomials of an approximation lie, place by place: the median, and the middle four fifths around it.
///
/// At each place only the channels count whose fitted range it is in: beyond it a polynomial stands for nothing. Where
/// those are fewer than half of the channels, there is no band: it would be about a few outliers.
package struct CurveBand: Hashable, Sendable {
    package struct Place: Hashable, Sendable {
        package let position: Double
        /// The quantiles 0.1, 0.5 and 0.9 over the polynomials; all the same where there is one.
        package let lower: Double
        package let median: Double
        package let upper: Double
    }

    /// Ascending; places that are in fewer than half of the fitted ranges are left out.
    package let places: [Place]

    /// - Parameter positions: Ascending.
    package init(of approximation: Approximation, at positions: [Double]) {
        places = positions.compactMap { position in
            let channels = approximation.polynomials.indices
            let fitted = channels.filter { approximation.polynomials[$0].domain.contains(position) }
            guard 2 * fitted.count >= channels.count else { return nil }
            let values = fitted.map { approximation.value(at: position, inChannel: $0) }.sorted()
            return Place(
                position: position, lower: Self.quantile(0.1, of: values), median: Self.quantile(0.5, of: values),
                upper: Self.quantile(0.9, of: values))
        }
    }

    /// Between the two nearest of sorted values.
    private static func quantile(_ p: Double, of values: [Double]) -> Double {
        let rank = p * Double(values.count - 1)
        let below = Int(rank)
        let above = min(below + 1, values.count - 1)
        return values[below] + (rank - Double(below)) * (values[above] - values[below])
    }
}
