/// Pools, means and maxima.
extension GraphTracer {
    mutating func pool(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        let input = try image(operands, 0, of: node)
        let shape = draft.values[input].shape
        let kernel = try node.integers("kernel_shape", count: 2, default: 0)
        let placement = try WindowPlacement(node, kernel: kernel, on: shape)
        let window = placement.window
        guard window.dilationHeight == 1, window.dilationWidth == 1 else {
            throw node.unsupported("its window is dilated; only dense pools can be imported")
        }
        guard max(window.top, window.bottom) < kernel[0], max(window.left, window.right) < kernel[1] else {
            throw node.unsupported("its padding is as wide as its window; a place would see padding only")
        }
        var kind = Operation.Pool.Kind.maximum
        if node.opType == "AveragePool" {
            let counts = try node.flag("count_include_pad", default: false)
            guard !(counts && placement.isPadded && placement.isExtended) else {
                throw node.unsupported(
                    "it counts padding and rounds up; use ceil_mode=False or count_include_pad=False")
            }
            kind = .average(countsPadding: counts && placement.isPadded)
        }
        let result = TensorShape(channels: shape.channels, height: placement.height, width: placement.width)
        let operation = Operation.pool(Operation.Pool(kind: kind, window: window))
        let value = try append(operation, reading: [input], shape: result, for: node)
        return .tensor(TracedTensor(source: .value(value), view: TensorView(image: result)))
    }

    mutating func globalPool(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        let input = try image(operands, 0, of: node)
        let result = try appendGlobalPool(reading: input, isMaximum: node.opType == "GlobalMaxPool", for: node)
        let view = TensorView(image: draft.values[result].shape)
        return .tensor(TracedTensor(source: .value(result), view: view))
    }

    /// A mean or maximum over exactly height and width, in whatever dimensions the file has them.
    mutating func reduction(_ operands: [Traced?], of node: ONNXNode) throws(ModelError) -> Traced {
        let tensor = try tensor(operands, 0, of: node)
        let view = tensor.view
        let given = try axes(orInput: 1, operands, rank: view.rank, of: node) ?? []
        let isNothing = try node.flag("noop_with_empty_axes", default: false)
        if given.isEmpty && isNothing { return .tensor(tensor) }
        let dimensions = given.isEmpty ? Array(0..<view.rank) : given
        let spatial = TensorView(image: view.shape).groups.dropFirst(2).joined()
        guard Set(dimensions.flatMap { view.groups[$0] }) == Set(spatial) else {
            throw node.unsupported("it reduces other axes than exactly height and width")
        }
        var source = try materialise(tensor.source)
        if !spatial.isEmpty {
            source = try appendGlobalPool(reading: source, isMaximum: node.opType == "ReduceMax", for: node)
        }
        let keepsDimensions = try node.flag("keepdims", default: true)
        var groups = view.groups
        for dimension in dimensions.sorted(by: >) {
            if keepsDimensions { groups[dimension] = [] } else { groups.remove(at: dimension) }
        }
        let result = TensorView(groups: groups, shape: TensorShape(channels: view.shape.channels))
        return .tensor(TracedTensor(source: .value(source), view: result))
    }

    private mutating func appendGlobalPool(
        reading value: ValueID, isMaximum: Bool, for node: ONNXNode
    ) throws(ModelError) -> ValueID {
        let shape = draft.values[value].shape
        var operation = Operation.globalAveragePool
        if isMaximum {
            let window = Operation.Window(kernelHeight: shape.height, kernelWidth: shape.width)
            operation = .pool(Operation.Pool(kind: .maximum, window: window))
        }
        return try append(operation, reading: [value], shape: TensorShape(channels: shape.channels), for: node)
    }
}
