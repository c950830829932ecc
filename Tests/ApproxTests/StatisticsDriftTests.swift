import Approx
import Testing

@Suite struct StatisticsDriftTests {
    private func statistics(_ values: [Float]) -> ChannelStatistics {
        var layer = LayerAccumulator(channels: 1)
        values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return }
            layer.add(start, count: values.count, stride: 1, channel: 0)
        }
        return layer.statistics().channels[0]
    }

    /// Evenly over 0..<1, moved and stretched.
    private func spread(from offset: Float = 0, times factor: Float = 1) -> [Float] {
        (0..<4096).map { offset + factor * (Float($0) + 0.5) / 4096 }
    }

    @Test func sameValuesHaveNotDrifted() throws {
        let drift = try #require(StatisticsDrift(from: statistics(spread()), to: statistics(spread())))
        #expect(drift.meanShift == 0 && drift.deviationRatio == 1 && drift.largestGap == 0 && drift.transport == 0)
    }

    @Test func aShiftMovesEveryValueByItself() throws {
        let deviation = 1 / Double(12).squareRoot()
        let drift = try #require(StatisticsDrift(from: statistics(spread(from: 0.25)), to: statistics(spread())))
        #expect(abs(drift.meanShift - 0.25 / deviation) < 1e-3)
        #expect(abs(drift.deviationRatio - 1) < 1e-6)
        #expect(abs(drift.largestGap - 0.25) < 2e-3)
        #expect(abs(drift.transport - 0.25 / deviation) < 4e-3)
    }

    /// Bins of 64 and of 1 / 2048; the distances are those of the distributions, not of the bins.
    @Test func histogramsOfOtherWidthsAreCompared() throws {
        let wide = statistics(spread(times: 1000) + [Float](repeating: -100_000, count: 4))
        let narrow = statistics(spread(times: 1))
        let drift = try #require(StatisticsDrift(from: wide, to: narrow))
        // All of the narrow ones and about 64 thousandths of the wide ones lie in the first bin.
        #expect((0.9...0.96).contains(drift.largestGap), "\(drift.largestGap)")
        #expect(drift.deviationRatio > 1000)
        let back = try #require(StatisticsDrift(from: narrow, to: wide))
        #expect(back.largestGap == drift.largestGap)
    }

    @Test func nothingIsSaidOfConstantOrMissingValues() {
        #expect(StatisticsDrift(from: statistics(spread()), to: statistics([2, 2, 2])) == nil)
        #expect(StatisticsDrift(from: statistics([]), to: statistics(spread())) == nil)
        #expect(StatisticsDrift(from: statistics(spread()), to: statistics([.nan])) == nil)
        #expect(StatisticsDrift(from: statistics([2, 2, 2]), to: statistics(spread()))?.deviationRatio == 0)
    }
}
