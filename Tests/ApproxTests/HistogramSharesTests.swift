import Approx
import Testing

@Suite struct HistogramSharesTests {
    @Test func sharesAreThoseOfTheValues() throws {
        let values = Samples.bell(seed: 3, count: 40_000, tail: 0.2)
        let steps = 24
        let histogram = try #require(HistogramShares(of: Samples.statistics(values), steps: steps))
        #expect(histogram.edges.count == steps + 1)
        #expect(histogram.edges.first == values.min().map(Double.init))
        #expect(histogram.edges.last == values.max().map(Double.init))
        #expect(abs(histogram.shares.reduce(0, +) - 1) < 1e-12)
        for step in 0..<steps {
            let inside = values.count { value in
                let isLast = step == steps - 1
                return Double(value) >= histogram.edges[step]
                    && (isLast || Double(value) < histogram.edges[step + 1])
            }
            // A bin that reaches over an edge is split as if its values were evenly spread: less than one bin at each end.
            #expect(abs(histogram.shares[step] - Double(inside) / Double(values.count)) < 2e-3)
        }
    }

    @Test func nothingAndOneValueHaveNone() {
        #expect(HistogramShares(of: ChannelStatistics(), steps: 10) == nil)
        #expect(HistogramShares(of: Samples.statistics([2, 2, 2]), steps: 10) == nil)
    }

    @Test func twoValuesStandAtTheEnds() throws {
        let histogram = try #require(HistogramShares(of: Samples.statistics([-1, 3, 3, 3]), steps: 4))
        #expect(histogram.edges == [-1, 0, 1, 2, 3])
        #expect(histogram.shares == [0.25, 0, 0, 0.75])
    }
}
