/// The indices that a slice of the file takes from one dimension.
struct SliceRange: Equatable {
    let start: Int
    let step: Int
    let count: Int

    /// - Parameters:
    ///   - start: Counted from the end where negative; beyond the dimension it means its border.
    ///   - end: Likewise, not included.
    ///   - step: Not 0.
    ///   - size: Of the dimension, not negative.
    init(start: Int, end: Int, step: Int, size: Int) {
        func border(_ index: Int, _ bounds: ClosedRange<Int>) -> Int {
            min(max(index < 0 ? index + size : index, bounds.lowerBound), bounds.upperBound)
        }
        let first: Int
        let distance: Int
        if step > 0 {
            first = border(start, 0...size)
            distance = border(end, 0...size) - first
        } else {
            guard size > 0 else {
                self.init(start: 0, step: 1, count: 0)
                return
            }
            first = border(start, 0...size - 1)
            distance = first - border(end, -1...size - 1)
        }
        self.init(
            start: first, step: step,
            count: distance <= 0 ? 0 : Int((UInt(distance) - 1) / step.magnitude) + 1
        )
    }

    private init(start: Int, step: Int, count: Int) {
        self.start = start
        self.step = step
        self.count = count
    }

    /// Whether it takes a whole dimension of `size` as it is.
    func isWhole(_ size: Int) -> Bool {
        start == 0 && (step == 1 || size <= 1) && count == size
    }

    var indices: [Int] {
        // Only as far as the last index; a step may be as large as a number can be.
        (0..<count).map { $0 == 0 ? start : start + $0 * step }
    }
}

/// What a Slice node takes from the dimensions of its input, in all three forms of the operator.
struct SliceParameters {
    /// Dimension and indices.
    let ranges: [(axis: Int, range: SliceRange)]

    /// - Parameter dimensions: Sizes of the input, nil for the batch.
    init(
        starts: [Int], ends: [Int], axes: [Int]?, steps: [Int]?, dimensions: [Int?], of node: ONNXNode
    ) throws(ModelError) {
        let axes = axes ?? Array(0..<starts.count)
        let steps = steps ?? Array(repeating: 1, count: starts.count)
        guard ends.count == starts.count, axes.count == starts.count, steps.count == starts.count else {
            throw node.malformed("it has \(starts.count) starts, \(ends.count) ends and \(axes.count) axes")
        }
        guard !steps.contains(0) else { throw node.malformed("a step is 0") }
        var ranges: [(axis: Int, range: SliceRange)] = []
        for index in starts.indices {
            guard let axis = Grid<Float>.axis(axes[index], rank: dimensions.count) else {
                throw node.malformed("axis \(axes[index]) of a tensor with \(dimensions.count) dimensions")
            }
            if let size = dimensions[axis] {
                let range = SliceRange(start: starts[index], end: ends[index], step: steps[index], size: size)
                ranges.append((axis, range))
            } else {
                // PyTorch slices the batch from its beginning to beyond its end.
                guard starts[index] == 0, steps[index] == 1, ends[index] >= Int(Int32.max) else {
                    throw node.unsupported("it takes some images of the batch; treat each image alone")
                }
            }
        }
        guard Set(ranges.map(\.axis)).count == ranges.count else { throw node.malformed("it slices an axis twice") }
        self.ranges = ranges
    }
}
