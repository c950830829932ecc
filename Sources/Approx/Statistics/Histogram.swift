/// A histogram over bins of one power-of-two width, aligned at 0, with the sum of the values of each bin.
///
/// Any two histograms merge: the finer one is coarsened by adding up pairs of bins until both are of one width (see
/// ``BinGrid``). Counts therefore do not depend on the order of merging; sums do in their last bit, so merge in a
/// fixed order where results must repeat to the bit.
package struct Histogram: Hashable, Sendable {
    /// The values of one bin, seen as one weighted point.
    package struct Bin: Hashable, Sendable {
        /// The mean of the values in the bin.
        package let mean: Double
        /// How many values there are; never 0.
        package let weight: Double
    }

    /// Bins are 2^exponent wide.
    package private(set) var exponent: Int
    /// The index of the first element of ``counts``; bin i covers [i, i + 1) * 2^exponent.
    package private(set) var firstBin: Int
    /// Values per bin, from the first to the last bin that is not empty.
    package private(set) var counts: [UInt64]
    /// Sums of the values per bin, beside ``counts``.
    package private(set) var sums: [Double]

    /// A histogram of nothing.
    package init() {
        exponent = BinGrid.smallestExponent
        firstBin = 0
        counts = []
        sums = []
    }

    /// A histogram of bins counted elsewhere: as many sums as counts, the first and last bin not empty.
    init(exponent: Int, firstBin: Int, counts: [UInt64], sums: [Double]) {
        precondition(counts.count == sums.count && counts.first != 0 && counts.last != 0)
        self.exponent = exponent
        self.firstBin = firstBin
        self.counts = counts
        self.sums = sums
    }

    /// The width of a bin, in units of the values.
    package var width: Double { BinGrid.width(exponent: exponent) }

    /// How many values there are in all bins.
    package var count: UInt64 { counts.reduce(0, +) }

    /// The bins that hold values, from left to right.
    package var bins: [Bin] {
        zip(counts, sums).compactMap { count, sum in
            count == 0 ? nil : Bin(mean: sum / Double(count), weight: Double(count))
        }
    }

    /// How many bins hold values: a lower bound of the number of distinct values.
    package var occupiedBins: Int {
        counts.count { $0 > 0 }
    }

    /// Adds the values of `other`.
    package mutating func merge(_ other: Histogram) {
        guard !other.counts.isEmpty else { return }
        guard !counts.isEmpty else {
            self = other
            return
        }
        var target = max(exponent, other.exponent)
        while span(with: other, atExponent: target) > BinGrid.capacity {
            target += 1
        }
        let first = min(firstBin >> (target - exponent), other.firstBin >> (target - other.exponent))
        let span = span(with: other, atExponent: target)
        var merged = Histogram()
        merged.exponent = target
        merged.firstBin = first
        merged.counts = [UInt64](repeating: 0, count: span)
        merged.sums = [Double](repeating: 0, count: span)
        merged.absorb(self)
        merged.absorb(other)
        self = merged
    }

    /// The number of bins that both histograms cover together when coarsened to `target`.
    private func span(with other: Histogram, atExponent target: Int) -> Int {
        let shift = target - exponent
        let otherShift = target - other.exponent
        let first = min(firstBin >> shift, other.firstBin >> otherShift)
        let last = max(lastBin >> shift, other.lastBin >> otherShift)
        return last - first + 1
    }

    private var lastBin: Int { firstBin + counts.count - 1 }

    /// Adds the bins of `other`, which is as fine or finer and lies inside.
    private mutating func absorb(_ other: Histogram) {
        let shift = exponent - other.exponent
        for slot in other.counts.indices {
            let target = ((other.firstBin + slot) >> shift) - firstBin
            counts[target] += other.counts[slot]
            sums[target] += other.sums[slot]
        }
    }
}
