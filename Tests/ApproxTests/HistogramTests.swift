import Approx
import Testing

@Suite struct HistogramTests {
    /// Counts and sums bin by bin, by the definition alone.
    private func naive(_ values: [Float], exponent: Int) -> [Int: (count: UInt64, sum: Double)] {
        var bins: [Int: (count: UInt64, sum: Double)] = [:]
        var width = 1.0
        for _ in 0..<abs(exponent) {
            width = exponent < 0 ? width / 2 : width * 2
        }
        for value in values {
            var bin = Int(Double(value) / width)
            if Double(bin) * width > Double(value) { bin -= 1 }
            bins[bin, default: (0, 0)].count += 1
            bins[bin, default: (0, 0)].sum += Double(value)
        }
        return bins
    }

    private func expectNaive(_ histogram: Histogram, _ values: [Float]) {
        let expected = naive(values, exponent: histogram.exponent)
        #expect(histogram.occupiedBins == expected.count)
        #expect(histogram.count == UInt64(values.count))
        for (slot, count) in histogram.counts.enumerated() {
            let bin = expected[histogram.firstBin + slot] ?? (0, 0)
            #expect(count == bin.count)
            // Sums are added up in another order, and next to 0 a value's place is kept to 2^-24 of the bin.
            let places = abs(histogram.firstBin + slot) < 2 ? 0x1p-24 * histogram.width * Double(count) : 0
            #expect(abs(histogram.sums[slot] - bin.sum) <= 1e-12 * abs(bin.sum) + places)
        }
    }

    @Test(arguments: [1, 2, 3]) func binsHoldWhatTheDefinitionSays(seed: UInt64) {
        let values = Samples.bell(seed: seed, count: 30_000, tail: 0.01)
        expectNaive(Samples.statistics(values).histogram, values)
    }

    @Test func zeroIsAnEdge() {
        let values: [Float] = [-1, -0.25, -Samples.tiniest, -0.0, 0, Samples.tiniest, 0.25, 1]
        let histogram = Samples.statistics(values).histogram
        let negative = zip(histogram.counts.indices, histogram.counts)
            .filter { histogram.firstBin + $0.0 < 0 }.reduce(0) { $0 + $1.1 }
        #expect(negative == 3)
    }

    @Test func usesAtLeastHalfOfTheBinsAndNeverMoreThanAll() {
        for seed in 0..<20 as Range<UInt64> {
            let values = Samples.bell(seed: seed, count: 200, tail: 0.05)
            let bins = Samples.statistics(values).histogram.counts.count
            #expect(bins > BinGrid.capacity / 2 - 1 && bins <= BinGrid.capacity)
        }
    }

    @Test func mergingIsTheSameAsCountingTogether() {
        let narrow = Samples.bell(seed: 5, count: 5_000, tail: 5)
        let wide = Samples.bell(seed: 6, count: 5_000, tail: 0.001)
        let far: [Float] = [4_000, 4_001, -9_000.5]
        var merged = Samples.statistics(narrow).histogram
        merged.merge(Samples.statistics(wide).histogram)
        merged.merge(Histogram())
        merged.merge(Samples.statistics(far).histogram)
        let together = Samples.statistics(narrow + wide + far).histogram
        #expect(merged.exponent == together.exponent)
        #expect(merged.firstBin == together.firstBin)
        #expect(merged.counts == together.counts)
        expectNaive(merged, narrow + wide + far)
    }

    @Test func countsDoNotDependOnTheOrder() {
        let values = Samples.student5(seed: 9, count: 20_000)
        let ascending = Samples.statistics(values.sorted()).histogram
        let outwards = Samples.statistics(values.sorted { abs($0) < abs($1) }).histogram
        for other in [ascending, outwards] {
            let histogram = Samples.statistics(values).histogram
            #expect(other.exponent == histogram.exponent)
            #expect(other.firstBin == histogram.firstBin)
            #expect(other.counts == histogram.counts)
        }
    }

    @Test(arguments: [0, Samples.tiniest, -Samples.tiniest, 0x1p-130, 0.3, -7, 1e30, -3.4e38])
    func oneValueIsOneBin(value: Float) {
        let histogram = Samples.statistics([Float](repeating: value, count: 5_000)).histogram
        #expect(histogram.counts == [5_000])
        #expect(histogram.bins.map(\.mean) == [Double(value)])
        #expect(histogram.bins.map(\.weight) == [5_000])
    }

    @Test func wholeRangeOfFloatFits() {
        let largest = Float.greatestFiniteMagnitude
        let values: [Float] = [Samples.tiniest, -0x1p-133, 3, 1e30, -1e30, largest, -largest, 0]
        for prefix in 1...values.count {
            expectNaive(Samples.statistics(Array(values.prefix(prefix))).histogram, Array(values.prefix(prefix)))
        }
    }

    @Test func narrowRangeFarFromZeroKeepsItsBins() {
        let values = (0..<1_000).map { 1_000 + Float($0) / 1_024 }
        let histogram = Samples.statistics(values).histogram
        #expect(histogram.occupiedBins >= 500)
        expectNaive(histogram, values)
    }
}
