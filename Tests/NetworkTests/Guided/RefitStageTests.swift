import Approx
import Network
import Testing

@Suite struct RefitStageTests {
    @Test func aShortcutThatIsMadeLaterIsStillMadeUpFor() {
        let stages = RefitStage.stages(of: SmallNetwork.residual())
        // Stem, two convolutions of each block, classifier.
        #expect(stages.map(\.site) == [0, 1, 2, 3, 4, nil])
        #expect(stages.map { $0.addition != nil } == [false, false, true, false, true, false])
    }

    @Test func aSumOfTwoConvolutionsIsMadeUpForByTheLaterOne() {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 8, width: 8))
        let first = network.convolution(network.input, to: 8)
        let second = network.convolution(network.input, to: 8)
        let sum = network.activation(network.sum(first, second))
        let graph = network.graph(output: network.linear(network.flatten(sum), to: 4))
        let stages = RefitStage.stages(of: graph)
        #expect(stages.map(\.site) == [nil, 0, nil])
        #expect(stages.map { $0.addition != nil } == [false, true, false])
    }

    @Test func aConvolutionThatTwoNodesReadIsRefittedForItself() {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 8, width: 8))
        let shared = network.convolution(network.input, to: 8)
        let sum = network.sum(network.convolution(network.activation(shared), to: 8), shared)
        let graph = network.graph(output: network.linear(network.flatten(sum), to: 4))
        let stages = RefitStage.stages(of: graph)
        #expect(stages.map(\.site) == [nil, nil, nil])
        #expect(stages.map { $0.addition != nil } == [false, true, false])
    }

    @Test func groupedConvolutionsKeepTheirWeights() {
        var network = SmallNetwork(input: TensorShape(channels: 4, height: 8, width: 8))
        let grouped = network.activation(network.convolution(network.input, to: 8, groups: 2))
        let graph = network.graph(output: network.linear(network.flatten(grouped), to: 4))
        #expect(RefitStage.stages(of: graph).map(\.node) == [graph.nodes.count - 1])
    }
}
