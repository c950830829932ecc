import Approx
import Network

/// Builds small networks with weights from a fixed sequence, and images for them.
struct SmallNetwork {
    private var values: [NetworkGraph.Value]
    private var nodes: [NetworkGraph.Node] = []
    private var sites: [NetworkGraph.ActivationSite] = []
    private var random = TestNumbers(seed: 1)

    init(input: TensorShape) {
        values = [.init(name: "input", shape: input)]
    }

    var input: Int { 0 }

    func shape(of value: Int) -> TensorShape { values[value].shape }

    mutating func add(_ operation: Operation, _ inputs: [Int], _ shape: TensorShape) -> Int {
        values.append(.init(name: "v\(values.count)", shape: shape))
        nodes.append(
            .init(name: "n\(nodes.count)", operation: operation, inputs: inputs, output: values.count - 1))
        return values.count - 1
    }

    /// Random weights, scaled so that variances stay near 1.
    mutating func convolution(_ input: Int, to channels: Int, window: Operation.Window, groups: Int = 1) -> Int {
        let shape = shape(of: input)
        let perGroup = shape.channels / groups * window.kernelHeight * window.kernelWidth
        let scale = 1 / Float(perGroup).squareRoot()
        func extent(_ size: Int, _ kernel: Int, _ stride: Int, _ dilation: Int, _ padding: Int) -> Int {
            (size + padding - (kernel - 1) * dilation - 1) / stride + 1
        }
        let height = extent(
            shape.height, window.kernelHeight, window.strideHeight, window.dilationHeight, window.top + window.bottom)
        let width = extent(
            shape.width, window.kernelWidth, window.strideWidth, window.dilationWidth, window.left + window.right)
        let layer = Operation.Convolution(
            weights: random.floats(channels * perGroup).map { $0 * scale }, bias: random.floats(channels),
            inputChannels: shape.channels, outputChannels: channels, groups: groups, window: window)
        return add(.convolution(layer), [input], TensorShape(channels: channels, height: height, width: width))
    }

    /// A convolution that keeps height and width.
    mutating func convolution(_ input: Int, to channels: Int, kernel: Int = 3, groups: Int = 1) -> Int {
        let pad = kernel / 2
        return convolution(
            input, to: channels,
            window: .init(
                kernelHeight: kernel, kernelWidth: kernel, top: pad, left: pad, bottom: pad, right: pad),
            groups: groups)
    }

    mutating func linear(_ input: Int, to outputs: Int) -> Int {
        let inputs = shape(of: input).count
        let scale = 1 / Float(inputs).squareRoot()
        let layer = Operation.Linear(
            weights: random.floats(inputs * outputs).map { $0 * scale }, bias: random.floats(outputs), inputs: inputs,
            outputs: outputs)
        return add(.linear(layer), [input], TensorShape(channels: outputs))
    }

    mutating func activation(_ input: Int, _ function: ActivationFunction = .relu) -> Int {
        sites.append(.init(name: "site\(sites.count)", function: function, shape: shape(of: input)))
        return add(.activation(site: sites.count - 1), [input], shape(of: input))
    }

    mutating func sum(_ a: Int, _ b: Int) -> Int { add(.add, [a, b], shape(of: a)) }

    mutating func flatten(_ input: Int) -> Int {
        add(.flatten, [input], TensorShape(channels: shape(of: input).count))
    }

    mutating func affine(_ input: Int) -> Int {
        let channels = shape(of: input).channels
        return add(
            .affine(scale: random.floats(channels), shift: random.floats(channels)), [input], shape(of: input))
    }

    /// Mutating only so that `output` may be a call that adds the last node: it is evaluated before `self` is read.
    mutating func graph(output: Int) -> NetworkGraph {
        NetworkGraph(values: values, input: 0, output: output, nodes: nodes, sites: sites)
    }

    /// Two residual blocks, the second one with the shortcut that PyTorch's CIFAR networks cut and pad, between a
    /// convolution and a classifier: 5 sites, 5 classes.
    ///
    /// - Parameter width: Channels of the first block, an even number; the second has twice as many. 6 and 12 fill no
    ///   block of 8, which 8 and 16 do, and other kernels run them.
    static func residual(width: Int = 6) -> NetworkGraph {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 12, width: 12))
        let stem = network.activation(network.convolution(network.input, to: width))
        let first = network.convolution(network.activation(network.convolution(stem, to: width)), to: width)
        let joined = network.activation(network.sum(first, stem))
        let halved = network.convolution(
            joined, to: 2 * width,
            window: .init(
                kernelHeight: 3, kernelWidth: 3, strideHeight: 2, strideWidth: 2, top: 1, left: 1, bottom: 1, right: 1))
        let second = network.convolution(network.activation(halved), to: 2 * width)
        let every = Operation.Slice.Axis(start: 0, step: 2, count: 6)
        let cut = network.add(
            .slice(.init(channel: .init(start: 0, step: 1, count: width), height: every, width: every)), [joined],
            TensorShape(channels: width, height: 6, width: 6))
        let none = Operation.Pad.Axis(before: 0, after: 0)
        let padded = network.add(
            .pad(.init(channel: .init(before: width / 2, after: width / 2), height: none, width: none)), [cut],
            TensorShape(channels: 2 * width, height: 6, width: 6))
        let last = network.activation(network.sum(second, padded))
        let pooled = network.add(.globalAveragePool, [last], TensorShape(channels: 2 * width))
        return network.graph(output: network.linear(network.flatten(pooled), to: 5))
    }
}

/// A fixed sequence of numbers (Marsaglia's xorshift64).
struct TestNumbers {
    private var state: UInt64

    init(seed: UInt64) {
        state = seed &* 0x9E37_79B9_7F4A_7C15 | 1
    }

    /// Evenly spread over -1...1.
    mutating func float() -> Float {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return Float(state >> 40) / Float(1 << 23) - 1
    }

    mutating func floats(_ count: Int) -> [Float] { (0..<count).map { _ in float() } }
}

extension ImageSet {
    /// Images whose pixels are the network's input, two standard deviations wide; labels 0.
    static func random(_ count: Int, shape: TensorShape, seed: UInt64 = 7) -> ImageSet {
        var numbers = TestNumbers(seed: seed)
        return ImageSet(
            shape: shape, pixels: .floats(numbers.floats(count * shape.count).map { 2 * $0 }),
            labels: Array(repeating: 0, count: count))
    }

    /// The pixels of one image.
    func pixels(of image: Int) -> [Double] {
        guard case .floats(let values) = pixels else { return [] }
        return values[image * shape.count..<(image + 1) * shape.count].map(Double.init)
    }

    /// The same images with every pixel of some changed.
    func changing(_ images: Set<Int>, _ change: (Float) -> Float) -> ImageSet {
        guard case .floats(var values) = pixels else { return self }
        for image in images {
            for index in image * shape.count..<(image + 1) * shape.count { values[index] = change(values[index]) }
        }
        return ImageSet(shape: shape, pixels: .floats(values), labels: labels)
    }
}

extension Preprocessing {
    /// Pixels as they are.
    static func identity(channels: Int) -> Preprocessing {
        Preprocessing(
            scale: 1, mean: Array(repeating: 0, count: channels), std: Array(repeating: 1, count: channels))
    }
}

extension NetworkRunner {
    /// With pixels as they are.
    init(_ graph: NetworkGraph, batch: Int = 4) throws {
        try self.init(graph: graph, preprocessing: .identity(channels: graph.inputShape.channels), batch: batch)
    }
}

func largestDifference(_ a: some Sequence<Float>, _ b: some Sequence<Double>) -> Double {
    zip(a, b).reduce(0) { max($0, abs(Double($1.0) - $1.1)) }
}
