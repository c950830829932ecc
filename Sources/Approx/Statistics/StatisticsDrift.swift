/// How far what a layer read at one time is from what it reads later.
package struct StatisticsDrift: Hashable, Codable, Sendable {
    /// Of the means, in standard deviations of the later values.
    package let meanShift: Double
    /// The earlier standard deviation over the later one.
    package let deviationRatio: Double
    /// Between the distribution functions at the edges of bins (Kolmogorov and Smirnov), in 0...1.
    package let largestGap: Double
    /// The mean distance by which values would have to move (Wasserstein), in standard deviations of the later values; to
    /// within a bin's width.
    package let transport: Double

    /// - Returns: Nil where one of the two has no values, or the later ones are all the same.
    package init?(from earlier: ChannelStatistics, to later: ChannelStatistics) {
        let deviation = later.variance.squareRoot()
        guard earlier.count > 0, later.count > 0, deviation > 0 else { return nil }
        let exponent = max(earlier.histogram.exponent, later.histogram.exponent)
        var differences: [Int: Double] = [:]
        for (statistics, sign) in [(earlier, 1.0), (later, -1.0)] {
            let histogram = statistics.histogram
            for (slot, count) in histogram.counts.enumerated() {
                let bin = (histogram.firstBin + slot) >> (exponent - histogram.exponent)
                differences[bin, default: 0] += sign * Double(count) / Double(statistics.count)
            }
        }
        var (gap, largest, moved, last) = (0.0, 0.0, 0.0, Int?.none)
        for (bin, difference) in differences.sorted(by: { $0.key < $1.key }) {
            if let last { moved += abs(gap) * Double(bin - last) }
            gap += difference
            largest = max(largest, abs(gap))
            last = bin
        }
        meanShift = abs(earlier.mean - later.mean) / deviation
        deviationRatio = earlier.variance.squareRoot() / deviation
        largestGap = largest
        transport = moved * BinGrid.width(exponent: exponent) / deviation
    }
}
