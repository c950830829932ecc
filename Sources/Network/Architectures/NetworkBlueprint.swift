internal import Approx

/// A network that is still to be trained: its graph, with weights of 0, and which convolutions are normalised.
package struct NetworkBlueprint: Sendable {
    package let graph: NetworkGraph
    /// Nodes of convolutions that a batch normalisation follows; see ``TrainableNetwork``.
    package let normalised: Set<Int>
}

/// Lines up the layers of a blueprint, one after the other.
struct BlueprintBuilder {
    /// A tensor of the network in the making.
    typealias Value = NetworkGraph.ValueID

    let input: Value = 0
    private var values: [NetworkGraph.Value]
    private var nodes: [NetworkGraph.Node] = []
    private var sites: [NetworkGraph.ActivationSite] = []
    private var normalised: Set<Int> = []

    init(input: TensorShape) {
        values = [.init(name: "input", shape: input)]
    }

    func shape(of value: Value) -> TensorShape { values[value].shape }

    func blueprint(output: Value) -> NetworkBlueprint {
        NetworkBlueprint(
            graph: NetworkGraph(values: values, input: input, output: output, nodes: nodes, sites: sites),
            normalised: normalised)
    }

    /// Square kernels, with the same border of zeros on all sides.
    mutating func convolution(
        _ name: String, _ value: Value, to channels: Int, kernel: Int = 3, stride: Int = 1, border: Int = 1,
        isNormalised: Bool = true
    ) -> Value {
        let shape = shape(of: value)
        let layer = Operation.Convolution(
            weights: Array(repeating: 0, count: channels * shape.channels * kernel * kernel),
            bias: Array(repeating: 0, count: channels), inputChannels: shape.channels, outputChannels: channels,
            groups: 1,
            window: .init(
                kernelHeight: kernel, kernelWidth: kernel, strideHeight: stride, strideWidth: stride, top: border,
                left: border, bottom: border, right: border))
        func extent(_ size: Int) -> Int { (size + 2 * border - kernel) / stride + 1 }
        if isNormalised { normalised.insert(nodes.count) }
        return append(
            name, .convolution(layer), [value],
            TensorShape(channels: channels, height: extent(shape.height), width: extent(shape.width)))
    }

    mutating func relu(_ name: String, _ value: Value) -> Value {
        let shape = shape(of: value)
        sites.append(.init(name: name, function: .relu, shape: shape))
        return append(name, .activation(site: sites.count - 1), [value], shape)
    }

    /// Reads images flattened in channel, height, width order.
    mutating func linear(_ name: String, _ value: Value, to outputs: Int) -> Value {
        let inputs = shape(of: value).count
        let layer = Operation.Linear(
            weights: Array(repeating: 0, count: inputs * outputs), bias: Array(repeating: 0, count: outputs),
            inputs: inputs, outputs: outputs)
        return append(name, .linear(layer), [value], TensorShape(channels: outputs))
    }

    /// Means of 2 x 2; an odd last row or column is left out.
    mutating func averagePool(_ name: String, _ value: Value) -> Value {
        let shape = shape(of: value)
        let window = Operation.Window(kernelHeight: 2, kernelWidth: 2, strideHeight: 2, strideWidth: 2)
        return append(
            name, .pool(.init(kind: .average(countsPadding: false), window: window)), [value],
            TensorShape(channels: shape.channels, height: shape.height / 2, width: shape.width / 2))
    }

    mutating func globalAverage(_ name: String, _ value: Value) -> Value {
        append(name, .globalAveragePool, [value], TensorShape(channels: shape(of: value).channels))
    }

    mutating func sum(_ name: String, _ first: Value, _ second: Value) -> Value {
        append(name, .add, [first, second], shape(of: first))
    }

    /// Every second row and column, and as many channels of zeros on both sides as make twice the channels.
    mutating func halved(_ name: String, _ value: Value) -> Value {
        let shape = shape(of: value)
        func everySecond(_ size: Int) -> Operation.Slice.Axis { .init(start: 0, step: 2, count: (size + 1) / 2) }
        let slice = Operation.Slice(
            channel: .init(start: 0, step: 1, count: shape.channels), height: everySecond(shape.height),
            width: everySecond(shape.width))
        let cut = append(
            "\(name).slice", .slice(slice), [value],
            TensorShape(channels: shape.channels, height: slice.height.count, width: slice.width.count))
        let grown = TensorShape(
            channels: 2 * shape.channels, height: slice.height.count, width: slice.width.count)
        let none = Operation.Pad.Axis(before: 0, after: 0), before = shape.channels / 2
        let channels = Operation.Pad.Axis(before: before, after: shape.channels - before)
        return append("\(name).pad", .pad(.init(channel: channels, height: none, width: none)), [cut], grown)
    }

    private mutating func append(
        _ name: String, _ operation: Operation, _ inputs: [Value], _ shape: TensorShape
    ) -> Value {
        values.append(.init(name: name, shape: shape))
        nodes.append(.init(name: name, operation: operation, inputs: inputs, output: values.count - 1))
        return values.count - 1
    }
}
