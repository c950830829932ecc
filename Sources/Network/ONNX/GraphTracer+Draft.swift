/// Adding to the draft, and reading operands from it.
extension GraphTracer {
    typealias ValueID = NetworkGraph.ValueID

    /// Appends a node; the result is its output.
    ///
    /// - Throws: ``ModelError/tooLarge(_:reason:)`` or ``ModelError/shapeMismatch(node:reason:)`` for a shape that
    ///   no network has.
    mutating func append(
        _ operation: Operation, reading inputs: [ValueID], shape: TensorShape, for node: ONNXNode
    ) throws(ModelError) -> ValueID {
        guard shape.channels > 0, shape.height > 0, shape.width > 0 else {
            throw node.mismatch("its output would be \(shape.channels)x\(shape.height)x\(shape.width), which is empty")
        }
        guard Bounds.count([shape.channels, shape.height, shape.width], limit: Bounds.tensor) != nil else {
            let size = "\(shape.channels)x\(shape.height)x\(shape.width)"
            throw .tooLarge(node.title, reason: "its output would be \(size) for each image")
        }
        return append(operation, reading: inputs, shape: shape, named: node.title, output: node.output.first ?? "")
    }

    mutating func append(
        _ operation: Operation, reading inputs: [ValueID], shape: TensorShape, named name: String, output: String
    ) -> ValueID {
        let value = draft.values.count
        draft.values.append(NetworkGraph.Value(name: output.printable, shape: shape))
        draft.nodes.append(NetworkGraph.Node(name: name, operation: operation, inputs: inputs, output: value))
        return value
    }

    /// `value` as a vector in channel, height, width order.
    mutating func flattened(_ value: ValueID, name: String) -> ValueID {
        let shape = draft.values[value].shape
        if shape.height == 1 && shape.width == 1 { return value }
        let vector = TensorShape(channels: shape.count)
        return append(.flatten, reading: [value], shape: vector, named: "\(name)/flatten", output: name)
    }

    // MARK: - Operands

    /// A tensor that depends on the image.
    func tensor(_ operands: [Traced?], _ index: Int, of node: ONNXNode) throws(ModelError) -> TracedTensor {
        guard index < operands.count, let operand = operands[index] else {
            throw node.malformed("input \(index) is missing")
        }
        guard case .tensor(let tensor) = operand else {
            throw node.unsupported("its input \(index) is a constant; it should depend on the image")
        }
        return tensor
    }

    /// A value that the file sees as batch x channels x height x width.
    mutating func image(_ operands: [Traced?], _ index: Int, of node: ONNXNode) throws(ModelError) -> ValueID {
        let tensor = try tensor(operands, index, of: node)
        guard tensor.view.isImage else {
            throw node.unsupported(
                "it needs a batch x channels x height x width tensor and reads one with moved or joined axes; "
                    + "keep images two-dimensional and channels first up to here")
        }
        return try materialise(tensor.source)
    }

    /// A constant, or nil where it is left out.
    func constant(_ operands: [Traced?], _ index: Int, of node: ONNXNode) throws(ModelError) -> Constant? {
        guard index < operands.count, let operand = operands[index] else { return nil }
        guard case .constant(let constant) = operand else {
            throw node.unsupported("its input \(index) is computed from the image; it must be a constant")
        }
        return constant
    }

    /// Weights or other reals, all finite.
    func reals(_ operands: [Traced?], _ index: Int, of node: ONNXNode) throws(ModelError) -> Grid<Float>? {
        switch try constant(operands, index, of: node) {
        case nil: return nil
        case .integers: throw node.malformed("input \(index) has whole numbers where reals are expected")
        case .reals(let grid):
            let broken = grid.elements.count { !$0.isFinite }
            guard broken == 0 else {
                throw .nonFiniteWeights(tensor: node.input[index].printable, count: broken)
            }
            return grid
        }
    }

    func requiredReals(_ operands: [Traced?], _ index: Int, of node: ONNXNode) throws(ModelError) -> Grid<Float> {
        guard let grid = try reals(operands, index, of: node) else { throw node.malformed("input \(index) is missing") }
        return grid
    }

    /// Whole numbers that do not depend on the batch size, or nil where they are left out.
    func integers(_ operands: [Traced?], _ index: Int, of node: ONNXNode) throws(ModelError) -> [Int]? {
        switch try constant(operands, index, of: node) {
        case nil: return nil
        case .reals: throw node.malformed("input \(index) has reals where whole numbers are expected")
        case .integers(let grid):
            let known = grid.elements.compactMap(\.known)
            guard known.count == grid.elements.count else {
                throw node.unsupported("its input \(index) depends on the batch size; treat each image alone")
            }
            return known
        }
    }

    /// One real, or nil where it is left out.
    func scalar(_ operands: [Traced?], _ index: Int, of node: ONNXNode) throws(ModelError) -> Double? {
        guard let constant = try constant(operands, index, of: node) else { return nil }
        guard case .reals(let grid) = constant, grid.elements.count == 1 else {
            throw node.malformed("input \(index) is not one real")
        }
        return Double(grid.elements[0])
    }

    /// One real that earlier versions of the operator have as an attribute, or nil where it is left out.
    func scalar(
        _ attribute: String, orInput index: Int, _ operands: [Traced?], of node: ONNXNode
    ) throws(ModelError) -> Double? {
        if let value = try scalar(operands, index, of: node) { return value }
        return try node.real(attribute)
    }

    /// The numbers of an attribute that later versions of the operator take as an input.
    func integers(
        _ attribute: String, orInput index: Int, _ operands: [Traced?], of node: ONNXNode
    ) throws(ModelError) -> [Int]? {
        if let values = try integers(operands, index, of: node) { return values }
        return node.attribute(attribute).map { $0.ints.map(Int.init) }
    }

    /// The same, as dimensions of a tensor of `rank` counted from the front, each at most once.
    func axes(
        orInput index: Int, _ operands: [Traced?], rank: Int, of node: ONNXNode
    ) throws(ModelError) -> [Int]? {
        guard let values = try integers("axes", orInput: index, operands, of: node) else { return nil }
        let axes = values.compactMap { Grid<Float>.axis($0, rank: rank) }
        guard axes.count == values.count, Set(axes).count == axes.count else {
            throw node.malformed("axes \(values) do not fit a tensor of \(rank) dimensions")
        }
        return axes
    }
}
