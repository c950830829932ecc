import Network
import Testing

@Suite struct ResidualStreamTests {
    @Test func blockOutputsAndTheStemAreOnTheStream() {
        // Stem, inside, block output, inside, block output.
        #expect(SmallNetwork.residual().residualStream == [0, 2, 4])
    }

    @Test func aBlockWithAConvolutionAsItsShortcutBeginsOnTheStream() {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 8, width: 8))
        let stem = network.activation(network.convolution(network.input, to: 4))
        let inside = network.activation(network.convolution(stem, to: 8))
        let sum = network.sum(network.convolution(inside, to: 8), network.convolution(stem, to: 8, kernel: 1))
        let graph = network.graph(output: network.linear(network.flatten(network.activation(sum)), to: 4))
        #expect(graph.residualStream == [0, 2])
    }

    @Test func aPlainNetworkHasNone() {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 8, width: 8))
        let first = network.activation(network.convolution(network.input, to: 4))
        let second = network.activation(network.convolution(first, to: 4))
        #expect(network.graph(output: network.linear(network.flatten(second), to: 4)).residualStream.isEmpty)
    }
}
