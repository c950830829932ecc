/// A constant of the file, or one that was computed from constants: row-major elements with their dimensions.
///
/// Operations give nil where dimensions or positions do not fit, or the result would be beyond its bound.
struct Grid<Element> {
    let dimensions: [Int]
    let elements: [Element]

    init?(dimensions: [Int], elements: [Element]) {
        guard Bounds.count(dimensions) == elements.count else { return nil }
        self.dimensions = dimensions
        self.elements = elements
    }

    /// A grid without dimensions.
    init(scalar: Element) {
        self.dimensions = []
        self.elements = [scalar]
    }

    /// A grid of one dimension.
    init(vector: [Element]) {
        self.dimensions = [vector.count]
        self.elements = vector
    }

    var rank: Int { dimensions.count }

    func map<Result>(_ transform: (Element) -> Result?) -> Grid<Result>? {
        var results: [Result] = []
        results.reserveCapacity(elements.count)
        for element in elements {
            guard let result = transform(element) else { return nil }
            results.append(result)
        }
        return Grid<Result>(dimensions: dimensions, elements: results)
    }

    /// `axis` counted from the front, where the file may count from the back.
    func axis(_ axis: Int) -> Int? {
        Self.axis(axis, rank: rank)
    }

    static func axis(_ axis: Int, rank: Int) -> Int? {
        guard axis >= -rank, axis < rank else { return nil }
        return axis < 0 ? axis + rank : axis
    }

    // MARK: - Movement

    func reshaped(_ dimensions: [Int]) -> Self? {
        Self(dimensions: dimensions, elements: elements)
    }

    func transposed(_ permutation: [Int]) -> Self? {
        guard permutation.sorted() == Array(0..<rank) else { return nil }
        let strides = self.strides
        return gathered(permutation.map { dimensions[$0] }, strides: permutation.map { strides[$0] })
    }

    /// Along `axis`, the elements at `indices`, in their order.
    func selected(_ indices: [Int], axis: Int) -> Self? {
        guard dimensions.indices.contains(axis), indices.allSatisfy((0..<dimensions[axis]).contains) else { return nil }
        var result = dimensions
        result[axis] = indices.count
        guard let count = Bounds.count(result), count <= max(Bounds.constant, elements.count) else { return nil }
        let inner = dimensions[(axis + 1)...].reduce(1, *)
        var selection: [Element] = []
        selection.reserveCapacity(count)
        for outer in 0..<dimensions[..<axis].reduce(1, *) {
            for index in indices {
                let start = (outer * dimensions[axis] + index) * inner
                selection += elements[start..<start + inner]
            }
        }
        return Self(dimensions: result, elements: selection)
    }

    /// Repeats dimensions of size 1 and adds dimensions at the front, as NumPy broadcasts.
    func broadcast(to target: [Int]) -> Self? {
        if target == dimensions { return self }
        let front = target.count - rank
        guard front >= 0, let count = Bounds.count(target), count <= max(Bounds.constant, elements.count) else {
            return nil
        }
        for (size, wanted) in zip(dimensions, target[front...]) where size != wanted && size != 1 { return nil }
        let strides = zip(self.strides, dimensions).map { $1 == 1 ? 0 : $0 }
        return gathered(target, strides: Array(repeating: 0, count: front) + strides)
    }

    static func concatenated(_ grids: [Self], axis: Int) -> Self? {
        guard let first = grids.first, let axis = Self.axis(axis, rank: first.rank) else { return nil }
        var dimensions = first.dimensions
        dimensions[axis] = 0
        for grid in grids {
            guard grid.rank == first.rank else { return nil }
            for other in 0..<grid.rank where other != axis && grid.dimensions[other] != first.dimensions[other] {
                return nil
            }
            dimensions[axis] += grid.dimensions[axis]
        }
        let inner = first.dimensions[(axis + 1)...].reduce(1, *)
        var elements: [Element] = []
        for outer in 0..<first.dimensions[..<axis].reduce(1, *) {
            for grid in grids {
                let run = grid.dimensions[axis] * inner
                elements += grid.elements[outer * run..<(outer + 1) * run]
            }
        }
        return Self(dimensions: dimensions, elements: elements)
    }

    /// Element by element, after broadcasting both to one shape.
    static func combined<Other, Result>(
        _ left: Grid<Element>, _ right: Grid<Other>, _ operation: (Element, Other) -> Result?
    ) -> Grid<Result>? {
        guard let target = broadcastDimensions(left.dimensions, right.dimensions),
            let left = left.broadcast(to: target), let right = right.broadcast(to: target)
        else { return nil }
        var results: [Result] = []
        results.reserveCapacity(left.elements.count)
        for (one, other) in zip(left.elements, right.elements) {
            guard let result = operation(one, other) else { return nil }
            results.append(result)
        }
        return Grid<Result>(dimensions: target, elements: results)
    }

    static func broadcastDimensions(_ left: [Int], _ right: [Int]) -> [Int]? {
        let rank = max(left.count, right.count)
        let left = Array(repeating: 1, count: rank - left.count) + left
        let right = Array(repeating: 1, count: rank - right.count) + right
        var result: [Int] = []
        for (one, other) in zip(left, right) {
            guard one == other || one == 1 || other == 1 else { return nil }
            result.append(one == 1 ? other : one)
        }
        return result
    }

    // MARK: - Positions

    private var strides: [Int] {
        var strides = Array(repeating: 1, count: rank)
        for axis in dimensions.indices.dropLast().reversed() {
            strides[axis] = strides[axis + 1] * max(dimensions[axis + 1], 1)
        }
        return strides
    }

    /// A grid of `target` dimensions in which a step along an axis moves by its stride in this grid's elements.
    private func gathered(_ target: [Int], strides: [Int]) -> Self? {
        guard let count = Bounds.count(target) else { return nil }
        var result: [Element] = []
        result.reserveCapacity(count)
        var position = Array(repeating: 0, count: target.count)
        var offset = 0
        for _ in 0..<count {
            result.append(elements[offset])
            for axis in target.indices.reversed() {
                position[axis] += 1
                offset += strides[axis]
                if position[axis] < target[axis] { break }
                offset -= position[axis] * strides[axis]
                position[axis] = 0
            }
        }
        return Self(dimensions: target, elements: result)
    }
}
