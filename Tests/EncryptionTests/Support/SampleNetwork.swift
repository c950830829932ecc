import Approx
import Network

/// Builds small networks with fixed pseudo-random weights.
struct SampleNetwork {
    private(set) var values: [NetworkGraph.Value]
    private(set) var nodes: [NetworkGraph.Node] = []
    private(set) var sites: [NetworkGraph.ActivationSite] = []
    private var random = SplitMix64(seed: 11)

    let input = 0

    init(input: TensorShape) {
        values = [.init(name: "input", shape: input)]
    }

    func shape(of value: Int) -> TensorShape { values[value].shape }

    mutating func add(_ operation: Operation, _ inputs: [Int], _ shape: TensorShape) -> Int {
        values.append(.init(name: "value\(values.count)", shape: shape))
        nodes.append(.init(name: "node\(nodes.count)", operation: operation, inputs: inputs, output: values.count - 1))
        return values.count - 1
    }

    mutating func convolution(_ input: Int, to channels: Int, _ window: Operation.Window, groups: Int = 1) -> Int {
        let from = shape(of: input)
        let inputs = from.channels / groups * window.kernelHeight * window.kernelWidth
        let layer = Operation.Convolution(
            weights: floats(channels * inputs, scale: 1 / Float(inputs).squareRoot()),
            bias: floats(channels, scale: 0.5),
            inputChannels: from.channels, outputChannels: channels, groups: groups, window: window)
        let to = Self.size(from, window)
        return add(.convolution(layer), [input], TensorShape(channels: channels, height: to.height, width: to.width))
    }

    /// 3x3, padded by 1.
    mutating func same(_ input: Int, to channels: Int, stride: Int = 1, groups: Int = 1) -> Int {
        let window = Operation.Window(
            kernelHeight: 3, kernelWidth: 3, strideHeight: stride, strideWidth: stride, top: 1, left: 1, bottom: 1,
            right: 1)
        return convolution(input, to: channels, window, groups: groups)
    }

    mutating func pool(_ input: Int, _ window: Operation.Window, _ kind: Operation.Pool.Kind) -> Int {
        let to = Self.size(shape(of: input), window)
        return add(
            .pool(.init(kind: kind, window: window)), [input],
            TensorShape(channels: shape(of: input).channels, height: to.height, width: to.width))
    }

    mutating func linear(_ input: Int, to outputs: Int) -> Int {
        let inputs = shape(of: input).count
        let layer = Operation.Linear(
            weights: floats(inputs * outputs, scale: 1 / Float(inputs).squareRoot()), bias: floats(outputs, scale: 0.5),
            inputs: inputs, outputs: outputs)
        return add(.linear(layer), [input], TensorShape(channels: outputs))
    }

    mutating func affine(_ input: Int) -> Int {
        let channels = shape(of: input).channels
        return add(
            .affine(scale: floats(channels, scale: 1), shift: floats(channels, scale: 1)), [input], shape(of: input))
    }

    mutating func activation(_ input: Int) -> Int {
        sites.append(.init(name: "site\(sites.count)", function: .relu, shape: shape(of: input)))
        return add(.activation(site: sites.count - 1), [input], shape(of: input))
    }

    mutating func flatten(_ input: Int) -> Int {
        add(.flatten, [input], TensorShape(channels: shape(of: input).count))
    }

    /// Mutating only so that `output` may be a call that adds the last node.
    mutating func graph(output: Int) -> NetworkGraph {
        NetworkGraph(values: values, input: 0, output: output, nodes: nodes, sites: sites)
    }

    mutating func floats(_ count: Int, scale: Float) -> [Float] {
        (0..<count).map { _ in scale * Float(2 * random.nextUnit() - 1) }
    }

    private static func size(_ from: TensorShape, _ window: Operation.Window) -> (height: Int, width: Int) {
        (
            (from.height + window.top + window.bottom - window.dilationHeight * (window.kernelHeight - 1) - 1)
                / window.strideHeight + 1,
            (from.width + window.left + window.right - window.dilationWidth * (window.kernelWidth - 1) - 1)
                / window.strideWidth + 1
        )
    }
}

extension SampleNetwork {
    /// As LeNet-5: padded and plain convolutions, a pool that is a sum over cells and one that is not, three linear layers.
    static func lenet() -> NetworkGraph {
        var network = SampleNetwork(input: TensorShape(channels: 1, height: 12, width: 12))
        let halves = Operation.Window(kernelHeight: 2, kernelWidth: 2, strideHeight: 2, strideWidth: 2)
        let five = Operation.Window(kernelHeight: 5, kernelWidth: 5, top: 2, left: 2, bottom: 2, right: 2)
        let first = network.activation(network.convolution(network.input, to: 3, five))
        let pooled = network.pool(first, halves, .average(countsPadding: true))
        let plain = Operation.Window(kernelHeight: 3, kernelWidth: 3)
        let second = network.activation(network.convolution(pooled, to: 8, plain))
        let small = network.flatten(network.pool(second, halves, .average(countsPadding: true)))
        let third = network.activation(network.linear(small, to: 20))
        let fourth = network.activation(network.linear(third, to: 9))
        return network.graph(output: network.linear(fourth, to: 5))
    }

    /// Residual blocks, the second one strided with a shortcut that is cut and padded, then a global pool.
    static func residual() -> NetworkGraph {
        var network = SampleNetwork(input: TensorShape(channels: 3, height: 8, width: 8))
        let stem = network.activation(network.same(network.input, to: 4))
        let first = network.same(network.activation(network.same(stem, to: 4)), to: 4)
        let joined = network.activation(network.add(.add, [first, stem], network.shape(of: stem)))
        let halved = network.same(joined, to: 8, stride: 2)
        let second = network.same(network.activation(halved), to: 8)
        let every = Operation.Slice.Axis(start: 0, step: 2, count: 4)
        let cut = network.add(
            .slice(.init(channel: .init(start: 0, step: 1, count: 4), height: every, width: every)), [joined],
            TensorShape(channels: 4, height: 4, width: 4))
        let none = Operation.Pad.Axis(before: 0, after: 0)
        let padded = network.add(
            .pad(.init(channel: .init(before: 2, after: 2), height: none, width: none)), [cut],
            TensorShape(channels: 8, height: 4, width: 4))
        let last = network.activation(network.add(.add, [second, padded], network.shape(of: second)))
        let pooled = network.add(.globalAveragePool, [last], TensorShape(channels: 8))
        return network.graph(output: network.linear(pooled, to: 4))
    }

    /// Two layers at one level, side by side as in SqueezeNet's fire modules.
    static func branches() -> NetworkGraph {
        var network = SampleNetwork(input: TensorShape(channels: 1, height: 4, width: 4))
        let squeezed = network.activation(network.same(network.input, to: 2))
        let point = Operation.Window(kernelHeight: 1, kernelWidth: 1)
        let first = network.activation(network.convolution(squeezed, to: 2, point))
        let second = network.activation(network.same(squeezed, to: 2))
        let both = network.add(.concatenate, [first, second], TensorShape(channels: 4, height: 4, width: 4))
        return network.graph(output: network.linear(network.flatten(both), to: 3))
    }

    /// What else there is: groups, dilation, an uneven stride, affine nodes, a padded pool and a concatenation.
    static func mixed() -> NetworkGraph {
        var network = SampleNetwork(input: TensorShape(channels: 2, height: 9, width: 7))
        let dilated = Operation.Window(
            kernelHeight: 3, kernelWidth: 2, strideHeight: 2, strideWidth: 1, dilationHeight: 2, dilationWidth: 1,
            top: 2,
            left: 0, bottom: 1, right: 1)
        let first = network.activation(network.affine(network.convolution(network.input, to: 4, dilated)))
        let grouped = network.same(first, to: 6, groups: 2)
        let three = Operation.Window(
            kernelHeight: 3, kernelWidth: 3, strideHeight: 1, strideWidth: 1, top: 1, left: 1, bottom: 1, right: 1)
        let pooled = network.pool(first, three, .average(countsPadding: false))
        var shape = network.shape(of: grouped)
        shape.channels += network.shape(of: pooled).channels
        let both = network.activation(network.add(.concatenate, [grouped, pooled], shape))
        return network.graph(output: network.linear(network.flatten(both), to: 3))
    }
}
