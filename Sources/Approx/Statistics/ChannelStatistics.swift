/// What one channel of a layer saw: exact range and counts, moments, and a histogram.
package struct ChannelStatistics: Hashable, Sendable {
    /// How many finite values there were.
    package private(set) var count: UInt64
    /// How many NaN and infinite values there were; they are in nothing else.
    package private(set) var nonFinite: UInt64
    /// The smallest finite value; +infinity when there is none.
    package private(set) var minimum: Double
    /// The largest finite value; -infinity when there is none.
    package private(set) var maximum: Double
    /// The mean of the finite values; 0 when there is none.
    package private(set) var mean: Double
    /// The mean squared deviation from ``mean`` (divided by n, not n - 1); 0 when there is no value.
    package private(set) var variance: Double
    package private(set) var histogram: Histogram

    /// Statistics without a finite value; with the default argument they change nothing when merged.
    package init(nonFinite: UInt64 = 0) {
        self.init(
            count: 0, nonFinite: nonFinite, minimum: .infinity, maximum: -.infinity, mean: 0, variance: 0,
            histogram: Histogram())
    }

    init(
        count: UInt64, nonFinite: UInt64, minimum: Double, maximum: Double, mean: Double, variance: Double,
        histogram: Histogram
    ) {
        self.count = count
        self.nonFinite = nonFinite
        self.minimum = minimum
        self.maximum = maximum
        self.mean = mean
        self.variance = variance
        self.histogram = histogram
    }

    /// Whether there are values, and all of them are equal.
    package var isConstant: Bool { count > 0 && minimum == maximum }

    /// The observed range; `nil` when there is no finite value.
    package var range: ClosedRange<Double>? { count > 0 ? minimum...maximum : nil }

    /// The quantiles 0.001 and 0.999: the range without its rare ends; `nil` when there is no finite value.
    package var bulk: ClosedRange<Double>? {
        guard count > 0 else { return nil }
        let lower = quantile(0.001)
        return lower...max(lower, quantile(0.999))
    }

    /// Adds the values of `other`: counts, range and bins exactly, moments by Chan, Golub and LeVeque (1979).
    package mutating func merge(_ other: ChannelStatistics) {
        nonFinite += other.nonFinite
        guard other.count > 0 else { return }
        guard count > 0 else {
            let nonFinite = nonFinite
            self = other
            self.nonFinite = nonFinite
            return
        }
        let total = Double(count + other.count)
        let ownShare = Double(count) / total
        let otherShare = Double(other.count) / total
        let difference = other.mean - mean
        variance = ownShare * variance + otherShare * other.variance + ownShare * otherShare * difference * difference
        mean += difference * otherShare
        count += other.count
        minimum = min(minimum, other.minimum)
        maximum = max(maximum, other.maximum)
        histogram.merge(other.histogram)
    }

    /// The value below which a share `p` of the values lies, for `p` in 0...1.
    ///
    /// Exact at 0 and 1; in between within one bin, taking the values of a bin as spread evenly over it.
    /// NaN when there is no value.
    package func quantile(_ p: Double) -> Double {
        guard count > 0 else { return .nan }
        if p <= 0 { return minimum }
        if p >= 1 { return maximum }
        let rank = p * Double(count)
        let width = histogram.width
        var below = 0.0
        for (slot, bin) in histogram.counts.enumerated() where bin > 0 {
            let inside = Double(bin)
            if below + inside >= rank {
                let left = Double(histogram.firstBin + slot) * width
                let low = max(left, minimum)
                let high = min(left + width, maximum)
                return low + (high - low) * (rank - below) / inside
            }
            below += inside
        }
        return maximum
    }
}
