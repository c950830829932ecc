import Approx
import Testing

@Suite struct LayerAccumulatorTests {
    private func accumulated(_ parts: [[Float]]) -> ChannelStatistics {
        var accumulator = LayerAccumulator(channels: 1)
        for part in parts {
            part.withUnsafeBufferPointer {
                if let start = $0.baseAddress {
                    accumulator.add(start, count: part.count, stride: 1, channel: 0)
                }
            }
        }
        return accumulator.statistics().channels[0]
    }

    /// Two passes over the values, as in the definition.
    private func expectNaiveMoments(_ statistics: ChannelStatistics, _ values: [Float]) {
        let wide = values.map(Double.init)
        let mean = wide.reduce(0, +) / Double(wide.count)
        let variance = wide.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(wide.count)
        #expect(statistics.count == UInt64(values.count))
        #expect(statistics.minimum == wide.min())
        #expect(statistics.maximum == wide.max())
        #expect(abs(statistics.mean - mean) <= 1e-12 * (abs(mean) + variance.squareRoot()))
        #expect(abs(statistics.variance - variance) <= 1e-10 * variance)
    }

    @Test(arguments: Reference.all) func momentsAndRangeAreThoseOfNumPy(reference: Reference) {
        let statistics = Samples.statistics(reference.values)
        #expect(statistics.minimum == reference.minimum)
        #expect(statistics.maximum == reference.maximum)
        #expect(abs(statistics.mean - reference.mean) < 1e-12 * reference.variance.squareRoot())
        #expect(abs(statistics.variance - reference.variance) < 1e-11 * reference.variance)
    }

    @Test(arguments: [1, 2, 7, 8, 9, 15, 1_023, 1_024, 1_025, 3_000]) func everyLengthIsReadWhole(count: Int) {
        let values = Samples.bell(seed: 3, count: count, tail: 0.1)
        let statistics = Samples.statistics(values)
        #expect(statistics.histogram.count == UInt64(count))
        expectNaiveMoments(statistics, values)
    }

    @Test func momentsSurviveALargeOffset() {
        let values = Samples.bell(seed: 4, count: 50_000, tail: 3).map { $0 / 16 + 4_096 }
        expectNaiveMoments(Samples.statistics(values), values)
    }

    @Test func rangeGrowsWithoutASecondPass() {
        var scale: Float = 1e-20
        var parts: [[Float]] = []
        for step in 0..<60 {
            parts.append(Samples.bell(seed: UInt64(step), count: 257, tail: 0.2).map { $0 * scale })
            scale *= 3.1
        }
        let all = parts.flatMap(\.self)
        let grown = accumulated(parts)
        let known = accumulated([[all.min() ?? 0, all.max() ?? 0]] + parts)
        #expect(grown.histogram.exponent == known.histogram.exponent)
        #expect(grown.histogram.firstBin == known.histogram.firstBin)
        #expect(grown.histogram.count == UInt64(all.count))
        #expect(zip(known.histogram.counts, grown.histogram.counts).map { $0 - $1 }.reduce(0, +) == 2)
        expectNaiveMoments(grown, all)
    }

    /// Values near the right edge of one bin, far more than its cell can hold at once.
    @Test func aCrowdedBinDoesNotOverflow() {
        let crowd = (0..<600_000).map { 1 - Float(1 + $0 % 3) * 0x1p-20 }
        let statistics = Samples.statistics([-4, 4] + crowd)
        let histogram = statistics.histogram
        #expect(histogram.count == 600_002)
        #expect(histogram.counts.max() == 600_000)
        let sum = crowd.reduce(0) { $0 + Double($1) }
        #expect(histogram.sums.contains { abs($0 - sum) < 1e-9 * sum })
        expectNaiveMoments(statistics, [-4, 4] + crowd)
    }

    @Test func valuesThatAreNotFiniteAreCountedAndLeftOut() {
        let good = Samples.bell(seed: 7, count: 5_000, tail: 0.5)
        var mixed: [Float] = []
        for (index, value) in good.enumerated() {
            mixed.append(value)
            if index % 700 == 3 { mixed += [.nan, .infinity, -.infinity, .signalingNaN] }
        }
        let statistics = Samples.statistics(mixed)
        #expect(statistics.nonFinite == UInt64(mixed.count - good.count))
        #expect(statistics.histogram.counts == Samples.statistics(good).histogram.counts)
        expectNaiveMoments(statistics, good)
    }

    @Test func nothingButNaNLeavesNoRange() {
        let statistics = Samples.statistics([Float](repeating: .nan, count: 3_000))
        #expect(statistics == ChannelStatistics(nonFinite: 3_000))
        #expect(statistics.range == nil)
    }

    @Test(arguments: [1, 3, 8, 16]) func strideReadsOneChannelOfABlockedLayout(stride: Int) {
        let channels = (0..<stride).map { Samples.bell(seed: UInt64($0), count: 2_500, tail: 0.3) }
        let blocked = (0..<2_500).flatMap { position in channels.map { $0[position] } }
        var accumulator = LayerAccumulator(channels: stride)
        blocked.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            for channel in 0..<stride {
                accumulator.add(start + channel, count: 2_500, stride: stride, channel: channel)
            }
        }
        #expect(accumulator.statistics() == Samples.layer(channels: channels))
    }

    @Test func stridedBlocksMayHoldNaN() {
        let values: [Float] = [1, 9, .nan, 9, 3, 9, -.infinity, 9, 5, 9]
        var accumulator = LayerAccumulator(channels: 1)
        values.withUnsafeBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            accumulator.add(start, count: 5, stride: 2, channel: 0)
        }
        let channel = accumulator.statistics().channels[0]
        #expect(channel.nonFinite == 2)
        #expect(channel.count == 3)
        #expect(channel.mean == 3)
        #expect((channel.minimum, channel.maximum) == (1, 5))
    }

    @Test(arguments: [1, 2, 3, 5]) func countsDoNotDependOnTheThreads(threads: Int) {
        let values = Samples.student5(seed: 11, count: 4 * 9_973)
        let (several, one) = values.withUnsafeBufferPointer {
            (
                LayerStatistics.ofValues($0, channels: 4, threads: threads),
                LayerStatistics.ofValues($0, channels: 4, threads: 1)
            )
        }
        for (channel, expected) in zip(several.channels, one.channels) {
            #expect(channel.histogram.counts == expected.histogram.counts)
            #expect(channel.minimum == expected.minimum)
            #expect(channel.maximum == expected.maximum)
            #expect(abs(channel.variance - expected.variance) <= 1e-13 * expected.variance)
        }
    }

    @Test func sameThreadsGiveTheSameBits() {
        let values = Samples.student5(seed: 12, count: 40_000)
        let runs = (0..<3).map { _ in
            values.withUnsafeBufferPointer { LayerStatistics.ofValues($0, channels: 2, threads: 3).encoded() }
        }
        #expect(Set(runs).count == 1)
    }
}
