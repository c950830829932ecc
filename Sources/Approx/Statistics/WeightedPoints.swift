/// Weighted points on a line, the form in which fitters read a histogram.
package struct WeightedPoints: Hashable, Sendable {
    package private(set) var positions: [Double]
    /// Beside ``positions``; positive.
    package private(set) var weights: [Double]

    package init(positions: [Double] = [], weights: [Double] = []) {
        precondition(positions.count == weights.count, "each position has a weight")
        self.positions = positions
        self.weights = weights
    }

    package var count: Int { positions.count }

    mutating func append(_ position: Double, weight: Double) {
        positions.append(position)
        weights.append(weight)
    }
}

extension ChannelStatistics {
    /// The values of one bin: how many, where, and how far spread.
    struct Spread {
        let mean: Double
        let weight: Double
        /// The standard deviation that the values have inside the bin when they lie evenly.
        let deviation: Double
        /// How far the bin and the observed range reach on both sides of the mean; not less than `deviation`.
        let room: Double
    }

    /// The occupied bins from left to right.
    ///
    /// n values spread evenly over a bin of width h have an expected sample variance of h^2 / 12 * (n - 1) / n.
    var spreads: [Spread] {
        let width = histogram.width
        return histogram.counts.enumerated().compactMap { slot, count in
            guard count > 0 else { return nil }
            let left = Double(histogram.firstBin + slot) * width
            let weight = Double(count)
            let mean = histogram.sums[slot] / weight
            let room = max(0, min(mean - max(left, minimum), min(left + width, maximum) - mean))
            let deviation = min(width * ((weight - 1) / (12 * weight)).squareRoot(), room)
            return Spread(mean: mean, weight: weight, deviation: deviation, room: room)
        }
    }

    /// Up to two points per occupied bin that stand for its values up to third order.
    ///
    /// Two points of half the weight, one standard deviation to either side of the mean (Gauss quadrature of the bin),
    /// carry the variance that one point at the mean would lose: sums of powers of x err by O(h^4) instead of O(h^2).
    /// The points stay inside the bin and inside the observed range.
    package var nodes: WeightedPoints {
        spreads.reduce(into: WeightedPoints()) { nodes, bin in
            if bin.deviation > 0 {
                nodes.append(bin.mean - bin.deviation, weight: bin.weight / 2)
                nodes.append(bin.mean + bin.deviation, weight: bin.weight / 2)
            } else {
                nodes.append(bin.mean, weight: bin.weight)
            }
        }
    }
}
