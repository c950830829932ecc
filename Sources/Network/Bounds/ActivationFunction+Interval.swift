internal import Approx

extension ActivationFunction {
    /// All values that the function takes on an interval, a little widened against rounding.
    func range(on interval: Interval) -> Interval {
        let ends = [interval.lower, interval.upper].map(limit(at:))
        var (lower, upper) = (min(ends[0], ends[1]), max(ends[0], ends[1]))
        if case .leakyReLU(let slope) = self, slope < 0, interval.contains(0) { lower = min(lower, 0) }
        if let minimum, interval.lower < minimum.to, interval.upper > minimum.from { lower = min(lower, minimum.value) }
        func slack(_ value: Double) -> Double { 0x1p-40 * abs(value) + 0x1p-60 }
        guard lower <= upper else { return .everything }
        (lower, upper) = (lower - slack(lower), upper + slack(upper))
        return Interval(lower, upper)
    }

    /// Where a function that falls and then rises has its minimum, and a bound of it from below.
    private var minimum: (from: Double, to: Double, value: Double)? {
        switch self {
        case .silu: (-1.3, -1.2, -0.278_464_543)
        case .hardSwish: (-1.6, -1.4, -0.375)
        case .gelu: (-0.8, -0.7, -0.169_971_208)
        case .geluTanh: (-0.8, -0.7, -0.170_040_752)
        default: nil
        }
    }

    /// The value, also at infinity, where 0 times infinity would be no number.
    private func limit(at x: Double) -> Double {
        guard x == -.infinity else { return self(x) }
        switch self {
        case .silu, .hardSwish, .gelu, .geluTanh: return 0
        default: return self(x)
        }
    }
}
