/// A histogram as people look at it: a few equal steps over the observed range.
package struct HistogramShares: Hashable, Sendable {
    /// Ascending, one more than ``shares``; the ends are those of the observed range.
    package let edges: [Double]
    /// Shares of all values, which add up to 1.
    package let shares: [Double]

    /// - Parameters:
    ///   - statistics: Nil comes back where it holds no value, or the same one only.
    ///   - steps: Values of a bin that reaches over an edge are taken as spread evenly over it.
    package init?(of statistics: ChannelStatistics, steps: Int) {
        guard steps > 0, let range = statistics.range, !statistics.isConstant else { return nil }
        let width = (range.upperBound - range.lowerBound) / Double(steps)
        let edges = (0..<steps).map { range.lowerBound + Double($0) * width } + [range.upperBound]
        var sums = [Double](repeating: 0, count: steps)
        let histogram = statistics.histogram
        for (slot, count) in histogram.counts.enumerated() where count > 0 {
            let left = max(Double(histogram.firstBin + slot) * histogram.width, range.lowerBound)
            let right = min(Double(histogram.firstBin + slot + 1) * histogram.width, range.upperBound)
            let first = min(steps - 1, max(0, Int((left - range.lowerBound) / width)))
            let last = min(steps - 1, max(first, Int((right - range.lowerBound) / width)))
            guard right > left, last > first else {
                sums[first] += Double(count)
                continue
            }
            for step in first...last {
                let overlap = max(0, min(right, edges[step + 1]) - max(left, edges[step]))
                sums[step] += Double(count) * overlap / (right - left)
            }
        }
        self.edges = edges
        shares = sums.map { $0 / Double(statistics.count) }
    }
}
