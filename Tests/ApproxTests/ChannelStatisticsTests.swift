import Approx
import Testing

@Suite struct ChannelStatisticsTests {
    @Test func mergedPartsHaveTheMomentsOfTheWhole() {
        let values = Samples.mixture(seed: 1, count: 30_000)
        var merged = ChannelStatistics()
        for start in stride(from: 0, to: values.count, by: 7_001) {
            merged.merge(Samples.statistics(Array(values[start..<min(start + 7_001, values.count)])))
        }
        let whole = Samples.statistics(values)
        #expect(merged.count == whole.count)
        #expect(merged.range == whole.range)
        #expect(abs(merged.mean - whole.mean) < 1e-13)
        #expect(abs(merged.variance - whole.variance) < 1e-12 * whole.variance)
        #expect(merged.histogram.counts == whole.histogram.counts)
    }

    @Test func mergingNothingChangesNothing() {
        let statistics = Samples.statistics([1, 2, 3])
        var merged = statistics
        merged.merge(ChannelStatistics())
        #expect(merged == statistics)
        merged = ChannelStatistics(nonFinite: 2)
        merged.merge(statistics)
        #expect(merged.nonFinite == 2)
        #expect(merged.mean == 2)
    }

    @Test(arguments: Reference.all) func quantilesLieWithinABinOfNumPys(reference: Reference) throws {
        let statistics = Samples.statistics(reference.values)
        for (share, expected) in reference.quantiles {
            let quantile = statistics.quantile(try #require(Double(share)))
            // Neighbouring order statistics in the tail may be further apart than a bin; NumPy interpolates them.
            #expect(abs(quantile - expected) <= max(statistics.histogram.width, 0.005 * abs(expected)))
        }
        #expect(statistics.quantile(0) == reference.minimum)
        #expect(statistics.quantile(1) == reference.maximum)
    }

    @Test func quantileOfNothingIsNaN() {
        #expect(ChannelStatistics().quantile(0.5).isNaN)
    }

    @Test func constantMeansOneValueOnly() {
        #expect(Samples.statistics([0, -0.0, 0]).isConstant)
        #expect(Samples.statistics([4, .nan, 4]).isConstant)
        #expect(!Samples.statistics([4, 4.0000005]).isConstant)
        #expect(!ChannelStatistics().isConstant)
    }

    @Test func nodesKeepMassAndMeanOfEveryBinAndStayInside() {
        let statistics = Samples.statistics(Samples.mixture(seed: 3, count: 20_000))
        let nodes = statistics.nodes
        #expect(abs(nodes.weights.reduce(0, +) - 20_000) < 1e-9)
        let sum = zip(nodes.positions, nodes.weights).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(sum / 20_000 - statistics.mean) < 1e-12)
        #expect(nodes.positions.allSatisfy { statistics.minimum...statistics.maximum ~= $0 })
        let width = statistics.histogram.width
        let occupied = Set(nodes.positions.map { ($0 / width).rounded(.down) })
        #expect(occupied.count == statistics.histogram.occupiedBins)
    }

    @Test func nodesCarryTheVarianceInsideTheBins() {
        let statistics = Samples.statistics(Samples.student5(seed: 2, count: 200_000))
        func variance(_ points: [(position: Double, weight: Double)]) -> Double {
            points.reduce(0) {
                $0 + ($1.position - statistics.mean) * ($1.position - statistics.mean) * $1.weight
            } / 200_000
        }
        let nodes = zip(statistics.nodes.positions, statistics.nodes.weights).map { ($0, $1) }
        let means = statistics.histogram.bins.map { ($0.mean, $0.weight) }
        #expect(abs(variance(nodes) / statistics.variance - 1) < 1e-6)
        #expect(abs(variance(means) / statistics.variance - 1) > 1e-5)
    }

    @Test func pooledJoinsAllChannels() {
        let channels = (0..<5).map { Samples.bell(seed: $0, count: 3_000, tail: 0.4) }
        let pooled = Samples.layer(channels: channels).pooled
        let whole = Samples.statistics(channels.flatMap(\.self))
        #expect(pooled.histogram.counts == whole.histogram.counts)
        #expect(abs(pooled.variance - whole.variance) < 1e-12 * whole.variance)
    }

    @Test func layersOfDifferentWidthDoNotMerge() {
        var layer = Samples.layer(channels: [[1], [2]])
        #expect(throws: ApproxError.channelCountMismatch(expected: 2, found: 1)) {
            try layer.merge(Samples.layer([1]))
        }
    }
}
