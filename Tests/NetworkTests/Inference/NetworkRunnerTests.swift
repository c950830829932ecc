import Approx
import Network
import Testing

/// Against ``ReferenceExecutor``, plain loops in double precision. Values are near 1 and sums have at most a few hundred
/// terms, so that single precision stays within 1e-4.
@Suite struct NetworkRunnerTests {
    private func expectReference(
        _ graph: NetworkGraph, images count: Int = 6, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let images = ImageSet.random(count, shape: graph.inputShape)
        let logits = try NetworkRunner(graph).logits(images, 0..<count) { _ in }
        #expect(logits.count == count * graph.classCount, sourceLocation: sourceLocation)
        let reference = ReferenceExecutor(graph: graph)
        for image in 0..<count {
            let expected = reference.logits(images.pixels(of: image))
            let own = logits[image * graph.classCount..<(image + 1) * graph.classCount]
            #expect(largestDifference(own, expected) < 1e-4, "image \(image)", sourceLocation: sourceLocation)
        }
    }

    /// A network of one convolution, whose every output value is a logit.
    private func expectConvolution(
        _ shape: TensorShape, to channels: Int, _ window: Operation.Window, groups: Int = 1,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var network = SmallNetwork(input: shape)
        let convolution = network.convolution(network.input, to: channels, window: window, groups: groups)
        let graph = network.graph(output: network.flatten(convolution))
        try expectReference(graph, images: 5, sourceLocation: sourceLocation)
    }

    @Test(arguments: [1, 3, 5, 8, 12, 16, 24, 40])
    func convolutionsOfAnyWidthMatchPlainLoops(channels: Int) throws {
        let window = Operation.Window(kernelHeight: 3, kernelWidth: 3, top: 1, left: 1, bottom: 1, right: 1)
        try expectConvolution(TensorShape(channels: 3, height: 9, width: 7), to: channels, window)
        try expectConvolution(TensorShape(channels: channels, height: 9, width: 7), to: 16, window)
        try expectConvolution(TensorShape(channels: channels, height: 8, width: 8), to: channels, window)
    }

    @Test func stridesDilationsAndUnevenPaddingMatchPlainLoops() throws {
        let shape = TensorShape(channels: 8, height: 11, width: 13)
        try expectConvolution(
            shape, to: 16,
            .init(kernelHeight: 3, kernelWidth: 3, strideHeight: 2, strideWidth: 2, bottom: 1, right: 1))
        try expectConvolution(
            shape, to: 8,
            .init(
                kernelHeight: 3, kernelWidth: 3, dilationHeight: 2, dilationWidth: 2, top: 2, left: 2, bottom: 2,
                right: 2))
        try expectConvolution(
            shape, to: 12, .init(kernelHeight: 5, kernelWidth: 1, strideHeight: 3, strideWidth: 1, top: 2, left: 0))
        try expectConvolution(
            shape, to: 16, .init(kernelHeight: 3, kernelWidth: 3, top: 0, left: 2, bottom: 2, right: 0))
        try expectConvolution(
            shape, to: 24, .init(kernelHeight: 3, kernelWidth: 3, top: 3, left: 1, bottom: 4, right: 5))
        try expectConvolution(shape, to: 16, .init(kernelHeight: 3, kernelWidth: 3))
        try expectConvolution(shape, to: 16, .init(kernelHeight: 1, kernelWidth: 1))
    }

    @Test(arguments: [2, 4, 8])
    func groupedConvolutionsMatchPlainLoops(groups: Int) throws {
        let window = Operation.Window(kernelHeight: 3, kernelWidth: 3, top: 1, left: 1, bottom: 1, right: 1)
        try expectConvolution(TensorShape(channels: 8, height: 6, width: 6), to: 16, window, groups: groups)
    }

    @Test(arguments: [2, 6, 8, 16])
    func residualNetworkMatchesPlainLoops(width: Int) throws {
        try expectReference(SmallNetwork.residual(width: width), images: 7)
    }

    @Test func sumOfALayerWithItsOwnInputMatchesPlainLoops() throws {
        var network = SmallNetwork(input: TensorShape(channels: 8, height: 6, width: 6))
        let first = network.activation(network.convolution(network.input, to: 8))
        let joined = network.activation(network.sum(first, network.convolution(first, to: 8)))
        try expectReference(network.graph(output: network.flatten(joined)))
    }

    @Test func operandThatIsReadAgainLaterKeepsItsValues() throws {
        var network = SmallNetwork(input: TensorShape(channels: 8, height: 6, width: 6))
        let first = network.activation(network.convolution(network.input, to: 8))
        let branch = network.convolution(network.activation(network.convolution(first, to: 8)), to: 8)
        let joined = network.activation(network.sum(branch, first))
        let again = network.sum(network.convolution(joined, to: 8), first)
        let twice = network.sum(again, again)
        try expectReference(network.graph(output: network.flatten(network.sum(twice, first))))
    }

    @Test func sumsOfTwoConvolutionsAndOfNeitherMatchPlainLoops() throws {
        var network = SmallNetwork(input: TensorShape(channels: 4, height: 6, width: 6))
        let left = network.convolution(network.input, to: 12)
        let right = network.convolution(network.input, to: 12, kernel: 1)
        let joined = network.activation(network.sum(left, right))
        let plain = network.activation(network.sum(joined, network.activation(joined, .tanh)))
        try expectReference(network.graph(output: network.flatten(plain)))
    }

    @Test func slicesPadsAndStacksMatchPlainLoops() throws {
        for channels in [6, 16] {
            var network = SmallNetwork(input: TensorShape(channels: 3, height: 8, width: 8))
            let wide = network.convolution(network.input, to: channels)
            let narrow = network.activation(network.convolution(network.input, to: 5))
            let stacked = network.add(
                .concatenate, [wide, narrow, wide], TensorShape(channels: 2 * channels + 5, height: 8, width: 8))
            let mixed = network.convolution(stacked, to: channels)
            let cut = network.add(
                .slice(
                    .init(
                        channel: .init(start: 1, step: 2, count: channels / 2 - 1),
                        height: .init(start: 7, step: -1, count: 8), width: .init(start: 1, step: 3, count: 2))),
                [mixed], TensorShape(channels: channels / 2 - 1, height: 8, width: 2))
            let padded = network.add(
                .pad(
                    .init(
                        channel: .init(before: 2, after: 1), height: .init(before: -2, after: 1),
                        width: .init(before: 0, after: 3))),
                [cut], TensorShape(channels: channels / 2 + 2, height: 7, width: 5))
            try expectReference(network.graph(output: network.linear(network.affine(padded), to: 4)))
        }
    }

    @Test(arguments: [5, 16])
    func poolsMatchPlainLoops(channels: Int) throws {
        let kinds: [Operation.Pool.Kind] = [
            .maximum, .average(countsPadding: true), .average(countsPadding: false),
        ]
        for kind in kinds {
            var network = SmallNetwork(input: TensorShape(channels: 3, height: 9, width: 9))
            let convolution = network.convolution(network.input, to: channels)
            let window = Operation.Window(
                kernelHeight: 3, kernelWidth: 3, strideHeight: 2, strideWidth: 2, top: 1, left: 1, bottom: 1, right: 1)
            let pooled = network.add(
                .pool(.init(kind: kind, window: window)), [convolution],
                TensorShape(channels: channels, height: 5, width: 5))
            let average = network.add(.globalAveragePool, [pooled], TensorShape(channels: channels))
            let both = network.add(
                .concatenate, [average, network.flatten(pooled)], TensorShape(channels: 26 * channels))
            try expectReference(network.graph(output: network.linear(both, to: 3)))
        }
    }

    static let functions: [ActivationFunction] = [
        .relu, .leakyReLU(slope: 0.1), .clip(lower: -0.5, upper: 1), .sigmoid, .tanh, .silu, .hardSwish,
        .hardSigmoid(slope: 0.2, offset: 0.4), .gelu, .geluTanh, .erf,
    ]

    /// 5 channels: a function that does not take 0 to 0 would leak into the channels that fill the block.
    @Test(arguments: functions)
    func activationsMatchTheirFormulas(function: ActivationFunction) throws {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 6, width: 6))
        let fused = network.activation(network.convolution(network.input, to: 5), function)
        let alone = network.activation(network.affine(fused), function)
        let next = network.convolution(alone, to: 8)
        let dense = network.activation(network.linear(next, to: 6), function)
        try expectReference(network.graph(output: network.linear(dense, to: 4)))
    }

    @Test func networkOfAnActivationAloneRuns() throws {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 5, width: 5))
        let output = network.flatten(network.activation(network.input, .sigmoid))
        try expectReference(network.graph(output: output))
    }
}
