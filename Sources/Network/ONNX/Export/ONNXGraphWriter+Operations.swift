extension ONNXGraphWriter {
    typealias Shape = TensorShape

    /// A tensor of the network in the making: what the file has of it, and its shape.
    typealias Operand = (tensor: Tensor, shape: Shape)

    /// Appends what any operation but an activation does.
    ///
    /// - Parameters:
    ///   - node: Of the network.
    ///   - inputs: At least one, in the node's order.
    ///   - output: What the result should be called.
    mutating func append(
        _ node: NetworkGraph.Node, reading inputs: [Operand], output: String
    ) throws(ExportError) -> Tensor {
        guard let first = inputs.first else { throw .malformedNode(name: node.name, reason: "it reads nothing") }
        let name = node.name
        switch node.operation {
        case .convolution(let layer):
            let weights = constant(
                layer.weights,
                dimensions: [
                    layer.outputChannels, layer.inputChannels / layer.groups, layer.window.kernelHeight,
                    layer.window.kernelWidth,
                ], name: "\(name).weight")
            let bias = constant(layer.bias, dimensions: [layer.outputChannels], name: "\(name).bias")
            let dilations = [layer.window.dilationHeight, layer.window.dilationWidth]
            let result = self.node(
                "Conv", [image(first, for: name), weights, bias], name: name, output: output,
                [.integers("dilations", dilations), .integer("group", layer.groups)] + layer.window.attributes)
            return Tensor(name: result, isImage: true)
        case .linear(let layer):
            let weights = constant(layer.weights, dimensions: [layer.outputs, layer.inputs], name: "\(name).weight")
            let bias = constant(layer.bias, dimensions: [layer.outputs], name: "\(name).bias")
            let result = self.node(
                "Gemm", [vector(first, for: name), weights, bias], name: name, output: output,
                [.integer("transB", 1)])
            return Tensor(name: result, isImage: false)
        case .add:
            return joined("Add", inputs, name: name, output: output)
        case .concatenate:
            return joined("Concat", inputs, name: name, output: output, [.integer("axis", 1)])
        case .pool(let pool):
            var attributes = pool.window.attributes
            if case .average(let countsPadding) = pool.kind {
                attributes.insert(.integer("count_include_pad", countsPadding ? 1 : 0), at: 0)
            }
            let type = pool.kind == .maximum ? "MaxPool" : "AveragePool"
            let result = self.node(type, [image(first, for: name)], name: name, output: output, attributes)
            return Tensor(name: result, isImage: true)
        case .globalAveragePool:
            let result = self.node("GlobalAveragePool", [image(first, for: name)], name: name, output: output)
            return Tensor(name: result, isImage: true)
        case .affine(let scale, let shift):
            return affine(scale, shift, of: first, name: name, output: output)
        case .slice(let slice):
            return append(slice, of: first, name: name, output: output)
        case .pad(let pad):
            let axes = [pad.channel, pad.height, pad.width]
            let pads = constant([0] + axes.map(\.before) + [0] + axes.map(\.after), name: "\(name).pads")
            let result = self.node("Pad", [image(first, for: name), pads], name: name, output: output)
            return Tensor(name: result, isImage: true)
        case .flatten:
            let result = self.node("Flatten", [first.tensor.name], name: name, output: output, [.integer("axis", 1)])
            return Tensor(name: result, isImage: false)
        case .activation:
            throw .malformedNode(name: name, reason: "the network has no such activation layer")
        }
    }

    // MARK: - One way to see a tensor

    /// The tensor as batch x channels x height x width.
    private mutating func image(_ operand: Operand, for name: String) -> String {
        guard !operand.tensor.isImage else { return operand.tensor.name }
        // Only vectors are no images, and their values are channels.
        let axes = constant([2, 3], name: "\(name).axes")
        return node("Unsqueeze", [operand.tensor.name, axes], name: "\(name)/image")
    }

    /// The tensor as batch x values.
    mutating func vector(_ operand: Operand, for name: String) -> String {
        guard operand.tensor.isImage else { return operand.tensor.name }
        return node("Flatten", [operand.tensor.name], name: "\(name)/flatten", [.integer("axis", 1)])
    }

    /// All inputs in one form.
    private mutating func joined(
        _ type: String, _ inputs: [Operand], name: String, output: String, _ attributes: [ONNXAttribute] = []
    ) -> Tensor {
        // Beside a vector every image is 1 x 1.
        let isImage = inputs.allSatisfy(\.tensor.isImage)
        var names: [String] = []
        for input in inputs {
            names.append(isImage ? input.tensor.name : vector(input, for: name))
        }
        return Tensor(name: node(type, names, name: name, output: output, attributes), isImage: isImage)
    }

    // MARK: - Several nodes, or one with lists

    /// x * scale + shift, by channel.
    private mutating func affine(
        _ scale: [Float], _ shift: [Float], of operand: Operand, name: String, output: String
    ) -> Tensor {
        let dimensions = operand.tensor.isImage ? [1, scale.count, 1, 1] : [1, scale.count]
        let isLast = shift.allSatisfy { $0 == 0 }
        let factor = constant(scale, dimensions: dimensions, name: "\(name).scale")
        var result = node(
            "Mul", [operand.tensor.name, factor], name: isLast ? name : "\(name)/scaled", output: isLast ? output : nil)
        if !isLast {
            let addend = constant(shift, dimensions: dimensions, name: "\(name).shift")
            result = node("Add", [result, addend], name: name, output: output)
        }
        return Tensor(name: result, isImage: operand.tensor.isImage)
    }

    private mutating func append(
        _ slice: Operation.Slice, of operand: Operand, name: String, output: String
    ) -> Tensor {
        let axes = [slice.channel, slice.height, slice.width]
        let ends = axes.map { axis in
            let end = axis.start + axis.step * axis.count
            // Below 0 an end would count from the back.
            return end < 0 ? Int(Int32.min) : end
        }
        let lists = [
            constant(axes.map(\.start), name: "\(name).starts"), constant(ends, name: "\(name).ends"),
            constant([1, 2, 3], name: "\(name).axes"), constant(axes.map(\.step), name: "\(name).steps"),
        ]
        let result = node("Slice", [image(operand, for: name)] + lists, name: name, output: output)
        return Tensor(name: result, isImage: true)
    }
}

extension Operation.Window {
    /// What convolutions and pools have in common.
    fileprivate var attributes: [ONNXAttribute] {
        [
            .integers("kernel_shape", [kernelHeight, kernelWidth]), .integers("pads", [top, left, bottom, right]),
            .integers("strides", [strideHeight, strideWidth]),
        ]
    }
}
