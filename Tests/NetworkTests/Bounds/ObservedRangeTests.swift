import Approx
import Network
import Testing

@Suite struct ObservedRangeTests {
    private let graph = SmallNetwork.residual()
    private let images = ImageSet.random(100, shape: TensorShape(channels: 3, height: 12, width: 12))

    private func square(on domain: ClosedRange<Double>) -> Approximation {
        Approximation(
            granularity: .layer,
            polynomials: [Polynomial(basis: .monomial, coefficients: [0.1, 0.5, 0.4], domain: domain)])
    }

    @Test func withoutReplacementsItIsWhatCaptureSees() throws {
        let runner = try NetworkRunner(graph)
        let captured = try runner.capture(images, 0..<100) { _ in }
        let observed = try runner.observe(plan: graph.sites.map { _ in nil }, images, 0..<100, threads: 2) { _ in }
        for (seen, statistics) in zip(observed, captured) {
            #expect(seen.extremes == statistics.pooled.range)
            #expect(seen.channels == statistics.channels.map(\.range))
            #expect(seen.bulk?.lowerBound == statistics.pooled.quantile(0.001))
            #expect(seen.margin == nil && seen.outsideShare == nil && seen.arriving == 100 && seen.escaped == 0)
        }
    }

    @Test func aReplacementIsSeenByTheLayersBehindItOnly() throws {
        let runner = try NetworkRunner(graph)
        let plain = try runner.observe(plan: graph.sites.map { _ in nil }, images, 0..<100, threads: 1) { _ in }
        var plan: [Approximation?] = graph.sites.map { _ in nil }
        plan[2] = square(on: -4...4)
        let changed = try runner.observe(plan: plan, images, 0..<100, threads: 1) { _ in }
        #expect(changed[0] == plain[0] && changed[1] == plain[1] && changed[2].extremes == plain[2].extremes)
        #expect(changed[3].extremes != plain[3].extremes)
        let reach = try #require(plain[2].extremes)
        let margin = try #require(changed[2].margin)
        #expect(abs(margin - 4 / max(-reach.lowerBound, reach.upperBound)) < 1e-9)
    }

    @Test func imagesThatEscapeAreCountedAndLeftOut() throws {
        let wild = images.changing([3, 50]) { 1000 * $0 }
        let runner = try NetworkRunner(graph)
        var plan: [Approximation?] = graph.sites.map { _ in nil }
        plan[0] = square(on: -5...5)
        let observed = try runner.observe(plan: plan, wild, 0..<100, threads: 2) { _ in }
        #expect(observed[0].arriving == 100 && observed[0].escaped == 2)
        #expect(observed[1].arriving == 98 && observed[1].escaped == 0)
        let extremes = try #require(observed[0].extremes)
        #expect(max(-extremes.lowerBound, extremes.upperBound) < 50)
    }

    @Test func threadsChangeNothing() throws {
        let runner = try NetworkRunner(graph)
        let plan: [Approximation?] = graph.sites.map { _ in square(on: -3...3) }
        let one = try runner.observe(plan: plan, images, 0..<100, threads: 1) { _ in }
        #expect(try runner.observe(plan: plan, images, 0..<100, threads: 3) { _ in } == one)
    }
}
