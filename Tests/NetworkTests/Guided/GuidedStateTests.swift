import Approx
import Foundation
import Network
import Synchronization
import Testing

@Suite struct GuidedStateTests {
    private let images = ImageSet.random(120, shape: TensorShape(channels: 3, height: 12, width: 12))
    private let preprocessing = Preprocessing.identity(channels: 3)

    /// A network of which one site has no linear piece of its own: two nodes read its pre-activation.
    private static var shared: NetworkGraph {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 12, width: 12))
        let shared = network.convolution(network.input, to: 8)
        let sum = network.sum(network.convolution(network.activation(shared), to: 8), shared)
        let last = network.activation(network.convolution(network.activation(sum), to: 4))
        return network.graph(output: network.linear(network.flatten(last), to: 4))
    }

    private func reconstruction(of graph: NetworkGraph) throws -> GuidedReconstruction {
        GuidedReconstruction(
            graph,
            settings: GuidedSettings(
                degrees: try graph.sites.indices.map { try Degree($0.isMultiple(of: 2) ? 2 : 3) },
                layers: ReconstructionSettings(steps: 4), rows: 2048),
            threads: 2, memory: 1 << 30, directory: FileManager.default.temporaryDirectory)
    }

    /// Runs to the end.
    ///
    /// - Returns: The encoded state after each refitted piece.
    @discardableResult
    private func finish(_ guided: GuidedReconstruction) throws -> [Data] {
        var states: [Data] = []
        try guided.run(images, Array(0..<100), preprocessing: preprocessing) { _ in
            states.append(try guided.state.encoded())
        }
        return states
    }

    private func isSame(_ one: GuidedReconstruction, _ other: GuidedReconstruction) -> Bool {
        one.approximations == other.approximations && one.report == other.report && one.escaped == other.escaped
            && one.rootMeanSquareErrors == other.rootMeanSquareErrors
            && one.refitted.encodedWeights() == other.refitted.encodedWeights()
    }

    @Test(arguments: [SmallNetwork.residual(), shared])
    func aRunResumedFromAnyStageEndsWithTheSameBits(graph: NetworkGraph) throws {
        let undisturbed = try reconstruction(of: graph)
        let states = try finish(undisturbed)
        #expect(states.count == undisturbed.report.count)
        #expect(undisturbed.progress == 1)
        for (index, data) in states.enumerated() {
            let guided = try reconstruction(of: graph)
            guided.resume(from: try #require(GuidedState(decoding: data, for: graph)))
            let rest = try finish(guided)
            #expect(rest.count == states.count - index - 1, "what was fitted is not fitted again")
            #expect(isSame(guided, undisturbed), "resumed after stage \(index)")
        }
    }

    @Test func aStateKeepsWhatItCameFrom() throws {
        let graph = SmallNetwork.residual()
        let states = try finish(try reconstruction(of: graph))
        let guided = try reconstruction(of: graph)
        guided.resume(from: try #require(GuidedState(decoding: states[3], for: graph)))
        #expect(try GuidedState(decoding: guided.state.encoded(), for: graph) == guided.state)
        #expect(guided.progress == 4.0 / 6)
    }

    @Test func whatIsNoStateOfTheNetworkIsNone() throws {
        let graph = SmallNetwork.residual()
        let data = try #require(try finish(try reconstruction(of: graph)).last)
        #expect(GuidedState(decoding: data, for: graph) != nil)
        #expect(GuidedState(decoding: data, for: SmallNetwork.residual(width: 8)) == nil)
        #expect(GuidedState(decoding: data.dropLast(40), for: graph) == nil)
        #expect(GuidedState(decoding: Data(), for: graph) == nil)
    }

    @Test func aStopIsObeyedWhereverItComes() throws {
        struct Stop: Error {}
        let graph = SmallNetwork.residual()
        let calls = Atomic(0)
        try reconstruction(of: graph).run(
            images, Array(0..<100), preprocessing: preprocessing, fitted: { _ in },
            stop: { calls.add(1, ordering: .relaxed) })
        let total = calls.load(ordering: .relaxed)
        #expect(total > 20 * graph.nodes.count)
        for last in stride(from: 0, to: total - 4, by: max(1, total / 9)) {
            let left = Atomic(last)
            #expect(throws: Stop.self) {
                try reconstruction(of: graph).run(
                    images, Array(0..<100), preprocessing: preprocessing, fitted: { _ in },
                    stop: { if left.subtract(1, ordering: .relaxed).oldValue <= 0 { throw Stop() } })
            }
        }
    }
}
