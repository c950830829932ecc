/// Nodes that move the elements of a constant without changing them.
enum ConstantMovement {
    /// nil where `arguments.node` is none of them.
    static func moved<Element>(
        _ grid: Grid<Element>, _ arguments: FoldingArguments
    ) throws(ModelError) -> Grid<Element>? {
        let node = arguments.node
        switch node.opType {
        case "Reshape":
            let target = try arguments.integers("shape", orInput: 1) ?? []
            let allowsZero = try node.flag("allowzero", default: false)
            return try arguments.required(reshaped(grid, target, allowsZero: allowsZero))
        case "Flatten":
            let axis = try node.integer("axis", default: 1)
            guard axis >= -grid.rank, axis <= grid.rank else { throw node.malformed("axis is \(axis)") }
            let split = axis < 0 ? axis + grid.rank : axis
            return try arguments.required(
                grid.reshaped([grid.dimensions[..<split].reduce(1, *), grid.dimensions[split...].reduce(1, *)]))
        case "Transpose":
            let permutation = try node.integers("perm") ?? Array((0..<grid.rank).reversed())
            return try arguments.required(grid.transposed(permutation))
        case "Squeeze":
            let given = try arguments.integers("axes", orInput: 1)
            let single = grid.dimensions.indices.filter { grid.dimensions[$0] == 1 }
            let dropped = given.map { $0.compactMap(grid.axis) } ?? single
            let kept = grid.dimensions.indices.filter { !dropped.contains($0) }
            return try arguments.required(grid.reshaped(kept.map { grid.dimensions[$0] }))
        case "Unsqueeze":
            return try arguments.required(unsqueezed(grid, try arguments.integers("axes", orInput: 1) ?? []))
        case "Expand":
            let target = Grid<Element>.broadcastDimensions(grid.dimensions, try arguments.integers(1))
            return try arguments.required(target.flatMap(grid.broadcast))
        case "Gather":
            return try gathered(grid, arguments)
        case "Slice":
            return try sliced(grid, arguments)
        default:
            return nil
        }
    }

    static func split<Element>(
        _ grid: Grid<Element>, _ arguments: FoldingArguments
    ) throws(ModelError) -> [Grid<Element>] {
        let node = arguments.node
        let parts = node.output.count
        guard let axis = grid.axis(try node.integer("axis", default: 0)), parts > 0 else {
            throw node.malformed("its axis does not fit \(grid.rank) dimensions")
        }
        let size = grid.dimensions[axis]
        let share = (size + parts - 1) / parts
        let sizes =
            try arguments.integers("split", orInput: 1)
            ?? (0..<parts).map { min(share, max(size - $0 * share, 0)) }
        guard sizes.allSatisfy({ (0...size).contains($0) }), Bounds.sum(sizes) == size else {
            throw node.mismatch("its parts do not make up a dimension of \(size)")
        }
        var results: [Grid<Element>] = []
        var start = 0
        for count in sizes {
            results.append(try arguments.required(grid.selected(Array(start..<start + count), axis: axis)))
            start += count
        }
        return results
    }

    private static func reshaped<Element>(
        _ grid: Grid<Element>, _ target: [Int], allowsZero: Bool
    ) -> Grid<Element>? {
        var dimensions = target
        for (index, size) in target.enumerated() where size == 0 && !allowsZero {
            guard index < grid.rank else { return nil }
            dimensions[index] = grid.dimensions[index]
        }
        if let open = dimensions.firstIndex(of: -1) {
            dimensions[open] = 1
            guard let rest = Bounds.count(dimensions), rest > 0, grid.elements.count % rest == 0 else { return nil }
            dimensions[open] = grid.elements.count / rest
        }
        return grid.reshaped(dimensions)
    }

    private static func unsqueezed<Element>(_ grid: Grid<Element>, _ given: [Int]) -> Grid<Element>? {
        let rank = grid.rank + given.count
        let axes = Set(given.compactMap { Grid<Element>.axis($0, rank: rank) })
        guard axes.count == given.count else { return nil }
        var sizes = grid.dimensions.makeIterator()
        return grid.reshaped((0..<rank).map { axes.contains($0) ? 1 : sizes.next() ?? 1 })
    }

    private static func gathered<Element>(
        _ grid: Grid<Element>, _ arguments: FoldingArguments
    ) throws(ModelError) -> Grid<Element> {
        let node = arguments.node
        guard let axis = grid.axis(try node.integer("axis", default: 0)) else {
            throw node.malformed("its axis does not fit \(grid.rank) dimensions")
        }
        let size = grid.dimensions[axis]
        let indices = try arguments.integers(1)
        guard indices.allSatisfy({ (-size..<size).contains($0) }) else {
            throw node.malformed("an index is outside a dimension of \(size)")
        }
        let selected = grid.selected(indices.map { $0 < 0 ? $0 + size : $0 }, axis: axis)
        var dimensions = grid.dimensions
        dimensions.replaceSubrange(axis...axis, with: try arguments.constant(1).dimensions)
        return try arguments.required(selected?.reshaped(dimensions))
    }

    private static func sliced<Element>(
        _ grid: Grid<Element>, _ arguments: FoldingArguments
    ) throws(ModelError) -> Grid<Element> {
        guard let starts = try arguments.integers("starts", orInput: 1),
            let ends = try arguments.integers("ends", orInput: 2)
        else { throw arguments.node.malformed("its starts or ends are missing") }
        let parameters = try SliceParameters(
            starts: starts, ends: ends, axes: try arguments.integers("axes", orInput: 3),
            steps: arguments.has(4) ? try arguments.integers(4) : nil, dimensions: grid.dimensions, of: arguments.node
        )
        var result = grid
        for (axis, range) in parameters.ranges {
            result = try arguments.required(result.selected(range.indices, axis: axis))
        }
        return result
    }
}
