/// Pads and concatenations.
extension GraphTracer {
    mutating func pad(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        let tensor = try tensor(operands, 0, of: node)
        let view = tensor.view
        let mode = node.text("mode", default: "constant")
        guard mode == "constant" else {
            throw node.unsupported("it pads by \(mode); only zeros can be imported")
        }
        guard try scalar("value", orInput: 2, operands, of: node) ?? 0 == 0 else {
            throw node.unsupported("it pads with a value other than 0; only zeros can be imported")
        }
        guard let pads = try integers("pads", orInput: 1, operands, of: node) else {
            throw node.malformed("its pads are missing")
        }
        let dimensions = try axes(orInput: 3, operands, rank: view.rank, of: node) ?? Array(0..<view.rank)
        guard pads.count == 2 * dimensions.count else {
            throw node.malformed("\(pads.count) pads for \(dimensions.count) dimensions")
        }
        var axes: [LogicalAxis: Operation.Pad.Axis] = [:]
        for (index, dimension) in dimensions.enumerated() {
            let axis = Operation.Pad.Axis(before: pads[index], after: pads[index + dimensions.count])
            if axis.before == 0 && axis.after == 0 { continue }
            guard (0...Bounds.tensor).contains(axis.before), (0...Bounds.tensor).contains(axis.after) else {
                throw node.unsupported("it pads by \(axis.before) and \(axis.after); only 0 or more can be imported")
            }
            guard let logical = paddedAxis(dimension, in: view) else {
                throw node.unsupported("it pads the batch or a flattened image; pad channels, height or width")
            }
            axes[logical] = axis
        }
        if axes.isEmpty { return .tensor(tensor) }
        let none = Operation.Pad.Axis(before: 0, after: 0)
        let pad = Operation.Pad(
            channel: axes[.channel] ?? none, height: axes[.height] ?? none, width: axes[.width] ?? none)
        func grown(_ size: Int, _ axis: Operation.Pad.Axis) -> Int { size + axis.before + axis.after }
        let shape = TensorShape(
            channels: grown(view.shape.channels, pad.channel), height: grown(view.shape.height, pad.height),
            width: grown(view.shape.width, pad.width)
        )
        let value = try append(.pad(pad), reading: [try materialise(tensor.source)], shape: shape, for: node)
        var groups = view.groups
        for dimension in dimensions where groups[dimension].isEmpty {
            groups[dimension] = paddedAxis(dimension, in: view).map { [$0] } ?? []
        }
        return .tensor(TracedTensor(source: .value(value), view: TensorView(groups: groups, shape: shape)))
    }

    /// The axis of a dimension of the file; where it has size 1, only the order of an image tells which one it is.
    private func paddedAxis(_ dimension: Int, in view: TensorView) -> LogicalAxis? {
        let group = view.groups[dimension]
        if group.count == 1, let axis = group.first { return axis == .batch ? nil : axis }
        guard group.isEmpty, view.isImage, dimension > 0 else { return nil }
        return LogicalAxis.image[dimension - 1]
    }

    /// Along the channels.
    mutating func concatenation(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        var inputs: [ValueID] = []
        var channels = 0
        var first: TensorView?
        for index in operands.indices {
            let tensor = try joinable(try tensor(operands, index, of: node), of: node)
            let view = tensor.view
            guard let axis = Grid<Float>.axis(try node.integer("axis", default: 1), rank: view.rank) else {
                throw node.malformed("its axis does not fit a tensor of \(view.rank) dimensions")
            }
            guard view.groups[axis] == [.channel] || (view.groups[axis].isEmpty && view.shape.channels == 1) else {
                throw node.unsupported("it joins tensors along an axis that is not the channels")
            }
            var rest = view
            rest.groups[axis] = [.channel]
            rest.shape.channels = 0
            guard first == nil || first == rest else {
                throw node.mismatch("it joins tensors that differ in more than their channels")
            }
            first = rest
            channels += view.shape.channels
            inputs.append(try materialise(tensor.source))
        }
        guard let first else { throw node.malformed("it has no inputs") }
        var shape = first.shape
        shape.channels = channels
        let value = try append(.concatenate, reading: inputs, shape: shape, for: node)
        return .tensor(TracedTensor(source: .value(value), view: TensorView(groups: first.groups, shape: shape)))
    }

    /// `tensor`, as a vector of the network where the file has flattened it.
    private mutating func joinable(_ tensor: TracedTensor, of node: ONNXNode) throws(ModelError) -> TracedTensor {
        let view = tensor.view
        let image = TensorView(image: view.shape).groups.joined().filter { $0 != .batch }
        guard view.groups.count == 2, !image.isEmpty, image != [.channel], view.groups[1] == image else {
            return tensor
        }
        let shape = TensorShape(channels: view.shape.count)
        let value = flattened(try materialise(tensor.source), name: node.title)
        return TracedTensor(source: .value(value), view: TensorView(vector: shape))
    }
}
