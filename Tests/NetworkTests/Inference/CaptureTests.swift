import Approx
import Network
import Testing

@Suite struct CaptureTests {
    private let graph = SmallNetwork.residual()

    @Test func statisticsAreThoseOfThePreActivations() throws {
        // 7 images in batches of 4: the empty places of the last batch must not count.
        let images = ImageSet.random(7, shape: graph.inputShape)
        let layers = try NetworkRunner(graph).capture(images, 0..<7) { _ in }
        #expect(layers.count == 5)
        let reference = ReferenceExecutor(graph: graph)
        let values = (0..<7).map { reference.values(images.pixels(of: $0)) }
        for node in graph.nodes {
            guard case .activation(let site) = node.operation else { continue }
            let shape = graph.sites[site].shape
            #expect(layers[site].channels.count == shape.channels)
            let plane = shape.height * shape.width
            for (channel, statistics) in layers[site].channels.enumerated() {
                let seen = values.flatMap { $0[node.inputs[0]][channel * plane..<(channel + 1) * plane] }
                let mean = seen.reduce(0, +) / Double(seen.count)
                let variance = seen.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(seen.count)
                #expect(statistics.count == UInt64(7 * plane))
                #expect(statistics.nonFinite == 0)
                #expect(abs(statistics.minimum - (seen.min() ?? 0)) < 1e-4, "single precision, values near 1")
                #expect(abs(statistics.maximum - (seen.max() ?? 0)) < 1e-4)
                #expect(abs(statistics.mean - mean) < 1e-4)
                #expect(abs(statistics.variance - variance) < 1e-3)
            }
        }
    }

    @Test func rangesMergeToTheWhole() throws {
        let images = ImageSet.random(12, shape: graph.inputShape)
        let runner = try NetworkRunner(graph)
        let whole = try runner.capture(images, 0..<12) { _ in }
        var merged = try runner.capture(images, 0..<8) { _ in }
        let rest = try runner.capture(images, 8..<12) { _ in }
        for site in merged.indices {
            try merged[site].merge(rest[site])
            let (a, b) = (merged[site].pooled, whole[site].pooled)
            #expect(a.count == b.count && a.minimum == b.minimum && a.maximum == b.maximum)
            #expect(abs(a.mean - b.mean) < 1e-9 && abs(a.variance - b.variance) < 1e-9)
        }
    }

    @Test func captureRepeatsToTheBit() throws {
        let images = ImageSet.random(9, shape: graph.inputShape)
        let first = try NetworkRunner(graph).capture(images, 0..<9) { _ in }
        #expect(try NetworkRunner(graph).capture(images, 0..<9) { _ in } == first)
    }
}
