/// Sums, products and batch-norms.
extension GraphTracer {
    mutating func arithmetic(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        guard node.opType == "Sum" || operands.count == 2 else {
            throw node.malformed("it has \(operands.count) inputs")
        }
        var result: Traced?
        for operand in operands {
            guard let operand else { throw node.malformed("an input is missing") }
            result = try result.map { (left) throws(ModelError) in try combined(left, operand, of: node) } ?? operand
        }
        guard let result else { throw node.malformed("it has no inputs") }
        return result
    }

    private mutating func combined(_ left: Traced, _ right: Traced, of node: ONNXNode) throws(ModelError) -> Traced {
        switch (left, right) {
        case (.tensor(let one), .tensor(let other)):
            return .tensor(try combined(one, other, of: node))
        case (.tensor(let tensor), .constant(let constant)):
            return .tensor(try combined(tensor, constant, of: node, constantFirst: false))
        case (.constant(let constant), .tensor(let tensor)):
            return .tensor(try combined(tensor, constant, of: node, constantFirst: true))
        case (.constant(let one), .constant(let other)):
            // Two constants of a longer sum.
            guard let sum = try ConstantFolding.folded(node, [one, other]).first else { return .unknown }
            return .constant(sum)
        default:
            return .unknown
        }
    }

    // MARK: - Two tensors

    private mutating func combined(
        _ left: TracedTensor, _ right: TracedTensor, of node: ONNXNode
    ) throws(ModelError) -> TracedTensor {
        if base(of: left.source) == base(of: right.source), left.view == right.view {
            let one = try shallow(left.source)
            let other = try shallow(right.source)
            if base(of: one) == base(of: other) {
                let result =
                    switch node.opType {
                    case "Sub": combine(one, other, node: node, -)
                    case "Mul": combine(one, other, node: node, *)
                    case "Div": combine(one, other, node: node, /)
                    default: combine(one, other, node: node, +)
                    }
                return left.reading(result)
            }
        }
        guard node.opType != "Mul" && node.opType != "Div" else {
            throw node.unsupported(
                "it combines two tensors of the image by \(node.opType == "Mul" ? "multiplication" : "division") "
                    + "(attention or squeeze-and-excitation?); only sums can be imported")
        }
        guard left.view.shape == right.view.shape else {
            throw node.unsupported(
                "it adds a tensor of \(right.view.shape) to one of \(left.view.shape); both must have one shape")
        }
        guard left.view == right.view else {
            throw node.unsupported("it adds two tensors with differently ordered axes; keep one order")
        }
        var addend = right
        if node.opType == "Sub" { addend = try apply(scale: -1, shift: 0, to: right, node: node) }
        let inputs = [try materialise(left.source), try materialise(addend.source)]
        let sum = try append(.add, reading: inputs, shape: left.view.shape, for: node)
        return left.reading(.value(sum))
    }

    // MARK: - A tensor and a constant

    private mutating func combined(
        _ tensor: TracedTensor, _ constant: Constant, of node: ONNXNode, constantFirst: Bool
    ) throws(ModelError) -> TracedTensor {
        guard case .reals(let grid) = constant else {
            throw node.malformed("it combines reals with whole numbers")
        }
        let broken = grid.elements.count { !$0.isFinite }
        guard broken == 0 else { throw .nonFiniteWeights(tensor: node.title, count: broken) }
        if constantFirst && node.opType == "Div" {
            guard let numerator = Self.uniform(grid, for: tensor.view) else {
                throw node.unsupported("it divides constants by the image's values; only sums can be imported")
            }
            return try apply(part: { numerator / $0 }, to: tensor, node: node)
        }
        func line(_ value: Double) -> (scale: Double, shift: Double) {
            switch node.opType {
            case "Sub": constantFirst ? (-1, value) : (1, -value)
            case "Mul": (value, 0)
            case "Div": (1 / value, 0)
            default: (1, value)
            }
        }
        if let value = Self.uniform(grid, for: tensor.view) {
            let (scale, shift) = line(value)
            return try apply(scale: scale, shift: shift, to: tensor, node: node)
        }
        let lead = tensor.view.rank - grid.rank
        let wide = grid.dimensions.indices.filter { grid.dimensions[$0] != 1 }
        guard lead >= 0, wide.count == 1 else {
            throw node.unsupported(
                "its constant of dimensions \(grid.dimensions) differs within a channel; only one value for each channel "
                    + "can be imported")
        }
        let lines = grid.elements.map { line(Double($0)) }
        return try scaled(
            tensor, along: lead + wide[0], by: lines.map(\.scale), shift: lines.map(\.shift), of: node)
    }

    /// The one value of a constant that does not change the tensor's dimensions.
    private static func uniform(_ grid: Grid<Float>, for view: TensorView) -> Double? {
        guard let value = grid.elements.first, grid.elements.allSatisfy({ $0 == value }), grid.rank <= view.rank else {
            return nil
        }
        let own = view.dimensions.suffix(grid.rank)
        guard zip(grid.dimensions, own).allSatisfy({ $0 == 1 || $0 == $1.known }) else { return nil }
        return Double(value)
    }

    // MARK: - By channel

    /// scale * x + shift with one pair for each element of a dimension.
    private mutating func scaled(
        _ tensor: TracedTensor, along dimension: Int, by scale: [Double], shift: [Double], of node: ONNXNode
    ) throws(ModelError) -> TracedTensor {
        let view = tensor.view
        guard view.dimensions[dimension].known == scale.count else {
            throw node.mismatch(
                "\(scale.count) values for a dimension of \(view.dimensions[dimension].known.map(String.init) ?? "batch")"
            )
        }
        let operation = Operation.affine(scale: scale.map { Float($0) }, shift: shift.map { Float($0) })
        let group = view.groups[dimension]
        let value = try materialise(tensor.source)
        if group == [.channel] || (group.isEmpty && view.shape.channels == 1) {
            let result = try append(operation, reading: [value], shape: view.shape, for: node)
            return tensor.reading(.value(result))
        }
        // A vector that was an image: one value for each element.
        let vector = TensorView(vector: TensorShape(channels: view.shape.count))
        guard view.groups == [[.batch], TensorView(image: view.shape).groups.joined().filter { $0 != .batch }] else {
            throw node.unsupported("it scales along an axis that is not the channels; only channels can be scaled")
        }
        let flat = flattened(value, name: node.title)
        let result = try append(operation, reading: [flat], shape: vector.shape, for: node)
        return TracedTensor(source: .value(result), view: vector)
    }

    /// Ioffe and Szegedy 2015, algorithm 2: with the statistics of the training, a line for each channel.
    mutating func batchNormalisation(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        let tensor = try tensor(operands, 0, of: node)
        guard try node.integer("training_mode", default: 0) == 0 else {
            throw node.unsupported("it is in training mode; call model.eval() and export again")
        }
        let parameters = [
            try requiredReals(operands, 1, of: node).elements, try requiredReals(operands, 2, of: node).elements,
            try requiredReals(operands, 3, of: node).elements, try requiredReals(operands, 4, of: node).elements,
        ]
        let channels = parameters[0].count
        guard tensor.view.rank >= 2, parameters.allSatisfy({ $0.count == channels }) else {
            throw node.mismatch("its parameters have \(parameters.map(\.count)) values")
        }
        let epsilon = try node.real("epsilon") ?? 1e-5
        var scale: [Double] = []
        var shift: [Double] = []
        for channel in 0..<channels {
            let variance = Double(parameters[3][channel]) + epsilon
            guard variance > 0 else { throw node.malformed("the variance of channel \(channel) is \(variance)") }
            let factor = Double(parameters[0][channel]) / variance.squareRoot()
            scale.append(factor)
            shift.append(Double(parameters[1][channel]) - Double(parameters[2][channel]) * factor)
        }
        return .tensor(try scaled(tensor, along: 1, by: scale, shift: shift, of: node))
    }
}
