/// All numbers from `lower` to `upper`, which may be infinite: what a value can be at most.
package struct Interval: Hashable, Sendable {
    /// Nothing is known.
    package static let everything = Interval(-.infinity, .infinity)

    package let lower: Double
    package let upper: Double

    package init(_ lower: Double, _ upper: Double) {
        self.lower = lower
        self.upper = upper
    }

    package var isBounded: Bool { lower.isFinite && upper.isFinite }

    /// The largest |x| in it.
    package var magnitude: Double { max(abs(lower), abs(upper)) }

    package func contains(_ x: Double) -> Bool { lower <= x && x <= upper }

    /// The smallest interval around both.
    package func hull(_ other: Interval) -> Interval {
        Interval(min(lower, other.lower), max(upper, other.upper))
    }

    /// What is in both; `self` where rounding left nothing.
    func intersection(_ other: Interval) -> Interval {
        let (from, to) = (max(lower, other.lower), min(upper, other.upper))
        return from <= to ? Interval(from, to) : self
    }

    /// All products of a value of each; everything where one of them is no number.
    static func * (a: Interval, b: Interval) -> Interval {
        let products = [a.lower * b.lower, a.lower * b.upper, a.upper * b.lower, a.upper * b.upper]
        guard !products.contains(where: \.isNaN), let least = products.min(), let largest = products.max() else {
            return .everything
        }
        return Interval(least.nextDown, largest.nextUp)
    }

    /// What surely holds `center` +- `radius` in spite of the rounding of both sums; everything where that is no
    /// number.
    static func around(_ center: Double, _ radius: Double) -> Interval {
        let (lower, upper) = ((center - radius).nextDown, (center + radius).nextUp)
        return lower <= upper ? Interval(lower, upper) : .everything
    }
}
