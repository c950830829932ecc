/// Operators that move values without changing them.
extension GraphTracer {
    /// Reshape, Flatten, Squeeze, Unsqueeze and Transpose: only the view changes.
    func moved(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> TracedTensor {
        let tensor = try tensor(operands, 0, of: node)
        var result: TensorView?
        switch node.opType {
        case "Transpose":
            let permutation = try node.integers("perm") ?? Array((0..<tensor.view.rank).reversed())
            result = tensor.view.transposed(permutation)
        case "Reshape":
            result = try reshaped(tensor.view, operands, of: node)
        case "Flatten":
            let axis = try node.integer("axis", default: 1)
            let rank = tensor.view.rank
            guard axis >= -rank, axis <= rank else { throw node.malformed("axis is \(axis)") }
            let split = axis < 0 ? axis + rank : axis
            let groups = tensor.view.groups
            result = TensorView(
                groups: [Array(groups[..<split].joined()), Array(groups[split...].joined())], shape: tensor.view.shape)
        case "Squeeze":
            result = try squeezed(tensor.view, operands, of: node)
        default:
            result = try unsqueezed(tensor.view, operands, of: node)
        }
        guard let result else {
            throw node.unsupported(
                "it splits or joins axes of the image other than by flattening it whole (channel shuffle? patches?)")
        }
        return TracedTensor(source: tensor.source, view: result)
    }

    private func reshaped(
        _ view: TensorView, _ operands: [Traced?], of node: ONNXNode
    ) throws(ModelError) -> TensorView? {
        let target: [BatchInteger]
        switch try constant(operands, 1, of: node) {
        case .integers(let grid)?: target = grid.elements
        case .reals?: throw node.malformed("its shape has reals where whole numbers are expected")
        case nil:
            guard let attribute = try node.integers("shape") else { throw node.malformed("its shape is missing") }
            target = attribute.map { BatchInteger($0) }
        }
        let allowsZero = try node.flag("allowzero", default: false)
        if let result = view.reshaped(target, allowsZero: allowsZero, fixedBatch: input.fixedBatch) { return result }
        // The one cause that has its own name: the numbers of values differ.
        if !target.contains(where: { $0.known == -1 || $0.factor == 0 }), view.groups.joined().contains(.batch),
            let values = Bounds.count(target.filter { !$0.timesBatch }.map(\.factor)),
            target.contains(.batch), values != view.shape.count
        {
            throw node.mismatch("\(view.shape.count) values of each image do not fill a shape of \(values)")
        }
        return nil
    }

    private func squeezed(
        _ view: TensorView, _ operands: [Traced?], of node: ONNXNode
    ) throws(ModelError) -> TensorView? {
        let sizes = view.dimensions
        let given = try axes(orInput: 1, operands, rank: view.rank, of: node)
        let dropped = given ?? sizes.indices.filter { sizes[$0].known == 1 }
        guard dropped.allSatisfy({ sizes[$0].known == 1 }) else {
            throw node.mismatch("it drops a dimension that is not 1")
        }
        let kept = view.groups.indices.filter { !dropped.contains($0) }
        return TensorView(groups: kept.map { view.groups[$0] }, shape: view.shape)
    }

    private func unsqueezed(
        _ view: TensorView, _ operands: [Traced?], of node: ONNXNode
    ) throws(ModelError) -> TensorView? {
        guard let count = try integers("axes", orInput: 1, operands, of: node)?.count else {
            throw node.malformed("its axes are missing")
        }
        let rank = view.rank + count
        guard let axes = try axes(orInput: 1, operands, rank: rank, of: node) else { return nil }
        var groups = view.groups.makeIterator()
        return TensorView(
            groups: (0..<rank).map { axes.contains($0) ? [] : groups.next() ?? [] }, shape: view.shape)
    }
}
