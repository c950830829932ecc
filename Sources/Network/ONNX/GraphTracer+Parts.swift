/// Slices and splits.
extension GraphTracer {
    mutating func slice(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        let tensor = try tensor(operands, 0, of: node)
        guard let starts = try integers("starts", orInput: 1, operands, of: node),
            let ends = try integers("ends", orInput: 2, operands, of: node)
        else { throw node.malformed("its starts or ends are missing") }
        let parameters = try SliceParameters(
            starts: starts, ends: ends, axes: try integers("axes", orInput: 3, operands, of: node),
            steps: try integers(operands, 4, of: node), dimensions: tensor.view.dimensions.map(\.known), of: node
        )
        return .tensor(try part(of: tensor, parameters.ranges, for: node))
    }

    mutating func split(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> [Traced] {
        let tensor = try tensor(operands, 0, of: node)
        let (axis, size) = try splitDimension(of: tensor, node)
        if let sizes = try integers("split", orInput: 1, operands, of: node) {
            guard sizes.count == node.output.count else {
                throw node.malformed("\(sizes.count) sizes for \(node.output.count) outputs")
            }
            return try parts(of: tensor, axis, sizes, for: node)
        }
        let count = node.output.count
        guard count > 0 else { throw node.malformed("it has no outputs") }
        let share = (size - 1) / count + 1
        return try parts(of: tensor, axis, (0..<count).map { min(share, size - $0 * share) }, for: node)
    }

    mutating func sequence(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        let tensor = try tensor(operands, 0, of: node)
        let (axis, size) = try splitDimension(of: tensor, node)
        guard var sizes = try integers(operands, 1, of: node) else {
            throw node.unsupported("it takes the dimension apart one by one; give the sizes of its parts")
        }
        if case .integers(let grid)? = try constant(operands, 1, of: node), grid.rank == 0, let share = sizes.first {
            guard share > 0 else { throw node.malformed("its parts have size \(share)") }
            sizes = stride(from: 0, to: size, by: share).map { min(share, size - $0) }
        }
        return .sequence(try parts(of: tensor, axis, sizes, for: node))
    }

    func element(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        guard case .sequence(let tensors)? = operands.first ?? nil,
            let index = try integers(operands, 1, of: node)?.first,
            let position = Grid<Float>.axis(index, rank: tensors.count)
        else { throw node.malformed("it takes an element that its sequence does not have") }
        return tensors[position]
    }

    private func splitDimension(
        of tensor: TracedTensor, _ node: ONNXNode
    ) throws(ModelError) -> (axis: Int, size: Int) {
        guard let axis = Grid<Float>.axis(try node.integer("axis", default: 0), rank: tensor.view.rank) else {
            throw node.malformed("its axis does not fit a tensor of \(tensor.view.rank) dimensions")
        }
        guard let size = tensor.view.dimensions[axis].known else {
            throw node.unsupported("it splits the batch; treat each image alone")
        }
        return (axis, size)
    }

    private mutating func parts(
        of tensor: TracedTensor, _ axis: Int, _ sizes: [Int], for node: ONNXNode
    ) throws(ModelError) -> [Traced] {
        let size = tensor.view.dimensions[axis].known ?? 0
        guard sizes.allSatisfy({ (1...size).contains($0) }), Bounds.sum(sizes) == size else {
            throw node.mismatch("its parts \(sizes) do not make up a dimension of \(size)")
        }
        var results: [Traced] = []
        var start = 0
        for (index, count) in sizes.enumerated() {
            var part = node
            if index < node.output.count { part.output = [node.output[index]] }
            let range = SliceRange(start: start, end: start + count, step: 1, size: size)
            results.append(.tensor(try self.part(of: tensor, [(axis, range)], for: part)))
            start += count
        }
        return results
    }

    private mutating func part(
        of tensor: TracedTensor, _ ranges: [(axis: Int, range: SliceRange)], for node: ONNXNode
    ) throws(ModelError) -> TracedTensor {
        let view = tensor.view
        var axes: [LogicalAxis: Operation.Slice.Axis] = [:]
        for (dimension, range) in ranges {
            guard let size = view.dimensions[dimension].known, !range.isWhole(size) else { continue }
            guard range.count > 0 else { throw node.mismatch("it takes nothing from a dimension of \(size)") }
            guard view.groups[dimension].count == 1, let axis = view.groups[dimension].first else {
                throw node.unsupported("it takes a part of a flattened image; slice before flattening")
            }
            guard range.step > 0 || range.count == 1 else {
                throw node.unsupported("it reverses an axis of the image; only steps forward can be imported")
            }
            let step = range.count == 1 ? 1 : range.step
            axes[axis] = Operation.Slice.Axis(start: range.start, step: step, count: range.count)
        }
        if axes.isEmpty { return tensor }
        func taken(_ axis: LogicalAxis) -> Operation.Slice.Axis {
            axes[axis] ?? Operation.Slice.Axis(start: 0, step: 1, count: TensorView.size(of: axis, in: view.shape))
        }
        let slice = Operation.Slice(channel: taken(.channel), height: taken(.height), width: taken(.width))
        let shape = TensorShape(
            channels: slice.channel.count, height: slice.height.count, width: slice.width.count)
        let value = try append(.slice(slice), reading: [try materialise(tensor.source)], shape: shape, for: node)
        return TracedTensor(source: .value(value), view: TensorView(groups: view.groups, shape: shape))
    }
}
