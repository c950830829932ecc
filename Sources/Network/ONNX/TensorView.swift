/// An axis of the network's own layout.
enum LogicalAxis: Hashable {
    case batch
    case channel
    case height
    case width

    /// Of one image, in the order in which values lie in memory.
    static let image: [LogicalAxis] = [.channel, .height, .width]
}

/// How a tensor of the file shows a value of the network: for each of its dimensions, the logical axes that it runs
/// over, the last one fastest.
///
/// Axes of size 1 (other than the batch) stand nowhere. So N x C x H x W is [[batch], [channel], [height], [width]],
/// the layout of Keras is [[batch], [height], [width], [channel]], and what Flatten makes of either has two
/// dimensions. Transposing and reshaping only regroup axes; the network's values never move.
struct TensorView: Hashable {
    var groups: [[LogicalAxis]]
    /// Of the network's value.
    var shape: TensorShape

    init(groups: [[LogicalAxis]], shape: TensorShape) {
        self.shape = shape
        self.groups = groups.map { $0.filter { $0 == .batch || Self.size(of: $0, in: shape) != 1 } }
    }

    /// Batch x channels x height x width.
    init(image shape: TensorShape) {
        self.init(groups: [[.batch], [.channel], [.height], [.width]], shape: shape)
    }

    /// Batch x channels.
    init(vector shape: TensorShape) {
        self.init(groups: [[.batch], [.channel]], shape: shape)
    }

    var rank: Int { groups.count }

    /// Sizes of the file's dimensions.
    var dimensions: [BatchInteger] {
        groups.map { group in
            let size = group.reduce(1) { $0 * ($1 == .batch ? 1 : Self.size(of: $1, in: shape)) }
            return group.contains(.batch) ? BatchInteger(size).times(.batch) ?? .batch : BatchInteger(size)
        }
    }

    /// Whether the file sees it as batch x channels x height x width.
    var isImage: Bool { self == TensorView(image: shape) }

    /// The dimension that is exactly `axis`, or nil.
    func dimension(of axis: LogicalAxis) -> Int? {
        groups.firstIndex(of: [axis])
    }

    static func size(of axis: LogicalAxis, in shape: TensorShape) -> Int {
        switch axis {
        case .batch: 1
        case .channel: shape.channels
        case .height: shape.height
        case .width: shape.width
        }
    }

    // MARK: - Movement

    func transposed(_ permutation: [Int]) -> TensorView? {
        guard permutation.sorted() == Array(0..<rank) else { return nil }
        return TensorView(groups: permutation.map { groups[$0] }, shape: shape)
    }

    /// The view of `target` dimensions: 0 copies one unless `allowsZero`, -1 takes what is left.
    ///
    /// `fixedBatch` is the batch size where the file has one; a target may then have it for the batch. The result is
    /// nil where an axis would have to be split, or images to be mixed.
    func reshaped(_ target: [BatchInteger], allowsZero: Bool, fixedBatch: Int?) -> TensorView? {
        guard let target = resolved(target, allowsZero: allowsZero, fixedBatch: fixedBatch) else { return nil }
        var axes = groups.joined().makeIterator()
        var groups: [[LogicalAxis]] = []
        for wanted in target {
            var group: [LogicalAxis] = []
            var size = BatchInteger(1)
            while size != wanted, let axis = axes.next() {
                let factor = axis == .batch ? .batch : BatchInteger(Self.size(of: axis, in: shape))
                guard let product = size.times(factor) else { return nil }
                size = product
                group.append(axis)
                guard size.factor <= wanted.factor else { return nil }
            }
            guard size == wanted else { return nil }
            groups.append(group)
        }
        guard axes.next() == nil else { return nil }
        return TensorView(groups: groups, shape: shape)
    }

    /// `target` with sizes in place of 0, -1 and a fixed batch.
    private func resolved(_ target: [BatchInteger], allowsZero: Bool, fixedBatch: Int?) -> [BatchInteger]? {
        let own = dimensions
        var target = target
        for (index, size) in target.enumerated() where size.factor == 0 && !allowsZero {
            guard index < rank else { return nil }
            target[index] = own[index]
        }
        if let fixedBatch, groups.first == [.batch], !target.contains(where: \.timesBatch),
            let index = target.firstIndex(of: BatchInteger(fixedBatch)), target[..<index].allSatisfy({ $0.known == 1 })
        {
            target[index] = .batch
        }
        let open = target.indices.filter { target[$0].known == -1 }
        guard open.count <= 1, target.indices.allSatisfy({ target[$0].factor > 0 || open.contains($0) }) else {
            return nil
        }
        guard let open = open.first else { return target }
        var whole = BatchInteger(shape.count).times(.batch)
        if !groups.joined().contains(.batch) { whole = BatchInteger(shape.count) }
        for (index, size) in target.enumerated() where index != open {
            whole = whole?.divided(exactlyBy: size)
        }
        guard let whole else { return nil }
        target[open] = whole
        return target
    }
}
