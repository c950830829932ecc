import Approx
import Network
import Testing

@Suite struct DepthTests {
    @Test func aChainAddsUp() {
        var network = SmallNetwork(input: TensorShape(channels: 1, height: 4, width: 4))
        let first = network.activation(network.convolution(network.convolution(network.input, to: 2), to: 2))
        let second = network.activation(network.linear(network.flatten(first), to: 5))
        let graph = network.graph(output: network.linear(second, to: 3))
        // Two convolutions in a row are one matrix: three linear pieces.
        #expect(graph.levelGraph.levels(ofLayers: [1, 2]) == 6)
    }

    @Test func theLongestWayCounts() {
        let graph = SmallNetwork.residual()
        #expect(graph.levelGraph.levels(ofLayers: [1, 1, 1, 1, 1]) == 11)
        #expect(graph.levelGraph.levels(ofLayers: [0, 0, 0, 0, 0]) == 6)

        var network = SmallNetwork(input: TensorShape(channels: 8))
        let short = network.activation(network.linear(network.input, to: 8))
        let long = network.activation(network.linear(network.activation(network.linear(network.input, to: 8)), to: 8))
        let branched = network.graph(output: network.linear(network.sum(short, long), to: 3))
        #expect(branched.levelGraph.levels(ofLayers: [1, 1, 1]) == 5)
        #expect(branched.levelGraph.levels(ofLayers: [9, 1, 1]) == 11)
    }

    @Test func anActivationBesideOneOfDegreeTwoCostsItsOwnPiece() {
        var network = SmallNetwork(input: TensorShape(channels: 8))
        let twice = network.activation(network.activation(network.input))
        let graph = network.graph(output: twice)
        #expect(graph.levelGraph.levels(ofLayers: [1, 1]) == 5)
    }
}
