/// Convolutions and matrix products.
extension GraphTracer {
    mutating func convolution(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        let weights = try requiredReals(operands, 1, of: node)
        guard weights.rank == 4, !weights.dimensions.contains(0) else {
            throw node.unsupported(
                "its weights have dimensions \(weights.dimensions); only two-dimensional convolutions can be imported")
        }
        let input = try image(operands, 0, of: node)
        let shape = draft.values[input].shape
        let groups = try node.integer("group", default: 1)
        let outputs = weights.dimensions[0]
        guard groups > 0, outputs % groups == 0, weights.dimensions[1] * groups == shape.channels else {
            throw node.mismatch(
                "weights of dimensions \(weights.dimensions) in \(groups) groups read \(shape.channels) channels")
        }
        let kernel = Array(weights.dimensions[2...])
        let stated = try node.integers("kernel_shape") ?? kernel
        guard stated == kernel else {
            throw node.mismatch("kernel_shape \(stated) is not that of the weights, \(kernel)")
        }
        let bias = try reals(operands, 2, of: node)?.elements ?? Array(repeating: 0, count: outputs)
        guard bias.count == outputs else { throw node.mismatch("\(bias.count) biases for \(outputs) channels") }
        let placement = try WindowPlacement(node, kernel: kernel, on: shape)
        let operation = Operation.convolution(
            Operation.Convolution(
                weights: weights.elements, bias: bias, inputChannels: shape.channels, outputChannels: outputs,
                groups: groups, window: placement.window
            ))
        let result = TensorShape(channels: outputs, height: placement.height, width: placement.width)
        let value = try append(operation, reading: [input], shape: result, for: node)
        return .tensor(TracedTensor(source: .value(value), view: TensorView(image: result)))
    }

    /// alpha * A * B + beta * C, with A and B transposed where the attributes say so.
    mutating func gemm(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        guard try !node.flag("transA", default: false) else {
            throw node.unsupported("it mixes the images of a batch (transA); treat each image alone")
        }
        let matrix = try Matrix(
            try requiredReals(operands, 1, of: node), isTransposed: try node.flag("transB", default: false), of: node)
        var bias = Array(repeating: Float(0), count: matrix.outputs)
        if let addend = try reals(operands, 2, of: node) {
            guard let row = addend.broadcast(to: [1, matrix.outputs]) else {
                throw node.mismatch("a bias of dimensions \(addend.dimensions) for \(matrix.outputs) outputs")
            }
            let beta = Float(try node.real("beta") ?? 1)
            bias = row.elements.map { beta * $0 }
        }
        let tensor = try tensor(operands, 0, of: node)
        guard tensor.view.rank == 2 else { throw node.mismatch("its input has \(tensor.view.rank) dimensions, not 2") }
        return .tensor(try linear(tensor, matrix, scale: Float(try node.real("alpha") ?? 1), bias: bias, of: node))
    }

    mutating func matrixProduct(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        guard operands.count == 2, case .tensor(let tensor)? = operands[0], case .constant? = operands[1] else {
            throw node.unsupported(
                "it multiplies values of the image with each other, or weights from the left; only x * weights can be "
                    + "imported")
        }
        let matrix = try Matrix(try requiredReals(operands, 1, of: node), isTransposed: false, of: node)
        let bias = Array(repeating: Float(0), count: matrix.outputs)
        return .tensor(try linear(tensor, matrix, scale: 1, bias: bias, of: node))
    }

    /// Weights of a linear layer as the file has them.
    private struct Matrix {
        let elements: [Float]
        let inputs: Int
        let outputs: Int
        /// outputs x inputs instead of inputs x outputs.
        let isTransposed: Bool

        init(_ grid: Grid<Float>, isTransposed: Bool, of node: ONNXNode) throws(ModelError) {
            guard grid.rank == 2, !grid.dimensions.contains(0) else {
                throw node.unsupported("its weights have dimensions \(grid.dimensions); only matrices can be imported")
            }
            self.elements = grid.elements
            self.inputs = grid.dimensions[isTransposed ? 1 : 0]
            self.outputs = grid.dimensions[isTransposed ? 0 : 1]
            self.isTransposed = isTransposed
        }

        /// outputs x inputs, where the layer's input i is the file's input `order[i]`.
        func rows(order: [Int], scale: Float) -> [Float] {
            if isTransposed && scale == 1 && order == Array(0..<inputs) { return elements }
            var rows: [Float] = []
            rows.reserveCapacity(elements.count)
            for output in 0..<outputs {
                for input in order {
                    let element = isTransposed ? elements[output * inputs + input] : elements[input * outputs + output]
                    rows.append(scale * element)
                }
            }
            return rows
        }
    }

    /// A linear layer over the last dimension of `tensor`, or a 1 x 1 convolution where that is only the channels.
    private mutating func linear(
        _ tensor: TracedTensor, _ matrix: Matrix, scale: Float, bias: [Float], of node: ONNXNode
    ) throws(ModelError) -> TracedTensor {
        let view = tensor.view
        let shape = view.shape
        guard let group = view.groups.last, view.rank >= 2, view.groups.first == [.batch] else {
            throw node.unsupported("it mixes the images of a batch; treat each image alone")
        }
        guard view.dimensions[view.rank - 1].known == matrix.inputs else {
            throw node.mismatch(
                "weights for \(matrix.inputs) inputs read \(view.dimensions[view.rank - 1].known ?? 0) values")
        }
        let source = try materialise(tensor.source)
        if view.groups[1..<(view.rank - 1)].allSatisfy(\.isEmpty) {
            let layer = Operation.Linear(
                weights: matrix.rows(order: Self.positions(of: group, in: shape), scale: scale), bias: bias,
                inputs: matrix.inputs, outputs: matrix.outputs
            )
            let result = TensorShape(channels: matrix.outputs)
            let value = try append(.linear(layer), reading: [source], shape: result, for: node)
            var groups = view.groups
            groups[view.rank - 1] = [.channel]
            return TracedTensor(source: .value(value), view: TensorView(groups: groups, shape: result))
        }
        guard group == [.channel] || (group.isEmpty && shape.channels == 1) else {
            throw node.unsupported("it multiplies along an axis that is not the channels; flatten the image before it")
        }
        let layer = Operation.Convolution(
            weights: matrix.rows(order: Array(0..<matrix.inputs), scale: scale), bias: bias,
            inputChannels: shape.channels, outputChannels: matrix.outputs, groups: 1,
            window: Operation.Window(kernelHeight: 1, kernelWidth: 1)
        )
        var result = shape
        result.channels = matrix.outputs
        let value = try append(.convolution(layer), reading: [source], shape: result, for: node)
        var groups = view.groups
        groups[view.rank - 1] = [.channel]
        return TracedTensor(source: .value(value), view: TensorView(groups: groups, shape: result))
    }

    /// Where each element of an image, in channel, height, width order, stands in a dimension that runs over `group`.
    private static func positions(of group: [LogicalAxis], in shape: TensorShape) -> [Int] {
        var strides: [LogicalAxis: Int] = [:]
        var stride = 1
        for axis in group.reversed() {
            strides[axis] = stride
            stride *= TensorView.size(of: axis, in: shape)
        }
        var positions: [Int] = []
        positions.reserveCapacity(shape.count)
        for channel in 0..<shape.channels {
            for row in 0..<shape.height {
                for column in 0..<shape.width {
                    let offset = channel * (strides[.channel] ?? 0) + row * (strides[.height] ?? 0)
                    positions.append(offset + column * (strides[.width] ?? 0))
                }
            }
        }
        return positions
    }
}
