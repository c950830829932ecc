internal import Approx
internal import Network

/// Turns a network and a plan into the circuit that takes the least time for a number of images, on grids of one cell
/// size.
struct CircuitCompiler {
    private let pieces: LinearPieces
    private let grid: ValueGrid
    private let graph: NetworkGraph
    private let parameters: CKKSParameters
    /// By piece.
    private let levels: [Int]

    init(_ graph: NetworkGraph, plan: [Approximation?], cell: Int) throws(EncryptionError) {
        self.graph = graph
        grid = ValueGrid(graph, cell: cell)
        pieces = try LinearPieces(graph, plan: plan, on: grid)
        var after: [Int] = [Int](repeating: 0, count: graph.sites.count)
        var levels: [Int] = []
        for piece in pieces.pieces {
            let level = piece.form.terms.reduce(0) { level, term in
                guard let (site, squarings) = term.value.origin else { return level }
                return max(level, after[site] + squarings)
            }
            levels.append(level)
            if case .site(let site) = piece.target { after[site] = level + 1 }
        }
        self.levels = levels
        parameters = try CKKSParameters(depth: (levels.max() ?? 0) + 1, slots: grid.smallestBlock)
    }

    /// One way to lay out the values: a block size, and how each matrix is rotated.
    struct Layout {
        let block: Int
        let input: Placement
        let targets: [Placement]
        var splits: [RotationSplit] = []
        /// Processor seconds of a batch, without encoding.
        var seconds = 0.0
        /// Of keys and ciphertexts.
        var bytes = 0
    }

    /// Block sizes that a channel fits into, the largest first.
    var blocks: [Int] {
        sequence(first: parameters.slots) { $0 > 1 ? $0 / 2 : nil }.prefix { isPossible(block: $0) }.map { $0 }
    }

    func seconds(of layout: Layout, for images: Int) -> Double {
        layout.seconds * Double((images * layout.block + parameters.slots - 1) / parameters.slots)
    }

    func circuit(_ best: Layout) -> Circuit {
        let matrices = pieces.pieces.indices.map { index in
            let piece = pieces.pieces[index]
            return MatrixStep(
                piece, distances(of: piece, best), best.splits[index], level: levels[index])
        }
        let squarings = pieces.sites.enumerated().map { site, form in
            let target = pieces.pieces.firstIndex { $0.target == .site(site) }
            return Circuit.Squaring(
                count: form.squarings,
                constants: target.flatMap { target in
                    form.constants.map { best.targets[target].blocks(of: $0, block: best.block) }
                })
        }
        return Circuit(
            parameters: parameters, block: best.block, input: best.input, inputShape: graph.inputShape,
            matrices: matrices, squarings: squarings, cellFolds: cellFolds(block: best.block),
            placements: pieces.sites.indices.map { site in
                pieces.pieces.firstIndex { $0.target == .site(site) }.map { best.targets[$0] }
            },
            output: best.targets[best.targets.count - 1],
            classCount: graph.classCount)
    }

    /// The phases lie at equal distances around the block.
    private func cellFolds(block: Int) -> [Int] {
        sequence(first: block / grid.phases) { $0 * 2 }.prefix { $0 < block }.map { $0 }
    }

    /// A vector is not spread over ciphertexts where one can hold it.
    private func isPossible(block: Int) -> Bool {
        let shapes = [graph.inputShape] + pieces.pieces.map(\.shape)
        let longest = shapes.filter { $0.height * $0.width == 1 }.map(\.count).max() ?? 1
        return grid.planes(in: block) > 0 && block >= min(parameters.slots, Placement.powerOfTwo(atLeast: longest))
    }

    private func placement(
        _ shape: TensorShape, _ spacing: ValueGrid.Spacing = .init(rows: 1, columns: 1), block: Int
    ) -> Placement {
        let onGrid = shape.height * shape.width > 1 ? Placement(shape, on: grid, spacing, block: block) : nil
        return onGrid ?? Placement(vector: shape.count, block: block)
    }

    /// The distances of every piece, which take the most time to find, so that they are found once for a block size.
    func patterns(block: Int) -> (layout: Layout, patterns: [[[[Int]]]]) {
        let targets = pieces.pieces.map { piece in
            guard case .site(let site) = piece.target else { return placement(piece.shape, block: block) }
            return placement(piece.shape, grid.sites[site], block: block)
        }
        let layout = Layout(block: block, input: placement(graph.inputShape, block: block), targets: targets)
        let patterns = pieces.pieces.map { piece in
            distances(of: piece, layout).pattern(of: piece.form.terms.map(\.matrix))
        }
        return (layout, patterns)
    }

    /// The quickest rotations for a block size.
    ///
    /// - Parameter keyShare: What a rotation key that no other matrix needs is to cost in the choice, as a share of the
    ///   time that it takes to make.
    func completed(_ start: Layout, _ patterns: [[[[Int]]]], keyShare: Double) -> Layout {
        var layout = start
        let block = layout.block
        let cost = OperationCost(parameters: parameters)
        var steps = Set<Int>()
        var working = 0
        for (index, piece) in pieces.pieces.enumerated() {
            let level = levels[index]
            let distances = distances(of: piece, layout)
            let price = RotationSplit.Price(
                digits: cost.digits(level: level), baby: cost.baby(level: level), giant: cost.rotation(level: level),
                newStep: cost.key * keyShare)
            let (split, count) = RotationSplit.cheapest(
                for: patterns[index], block: block, width: grid.cellColumns, known: steps, price: price)
            layout.splits.append(split)
            steps.formUnion(count.steps)
            steps.formUnion(distances.folds)
            layout.seconds += count.seconds(at: price) + Double(count.products) * cost.product(level: level)
            layout.seconds += Double(distances.folds.count * distances.outputCount) * cost.rotation(level: level)
            layout.seconds += Double(distances.outputCount) * cost.rescale(level: level)
            for (value, ciphertexts) in zip(piece.form.terms.map(\.value), distances.sources.map(\.ciphertextCount))
            where value.isCellSum {
                let folds = cellFolds(block: block)
                layout.seconds += Double(folds.count * ciphertexts) * cost.rotation(level: level)
                steps.formUnion(folds)
            }
            working = max(
                working,
                parameters.workingBytes(
                    level: level, ciphertexts: 2 * distances.inputCount + count.babies + count.groups,
                    digits: count.digits))
            if case .site(let site) = piece.target {
                for squaring in 0..<pieces.sites[site].squarings {
                    layout.seconds += Double(distances.outputCount) * cost.square(level: level + 1 + squaring)
                }
            }
        }
        layout.bytes = (steps.count + 1) * parameters.keyBytes + working
        return layout
    }

    private func distances(of piece: LinearPiece, _ layout: Layout) -> Distances {
        let target = pieces.pieces.firstIndex { $0.target == piece.target } ?? 0
        return Distances(
            target: layout.targets[target], sources: piece.form.terms.map { placement(of: $0.value, layout) },
            block: layout.block)
    }

    private func placement(of value: CircuitValue, _ layout: Layout) -> Placement {
        guard let (site, _) = value.origin,
            let target = pieces.pieces.firstIndex(where: { $0.target == .site(site) })
        else { return layout.input }
        guard value.isCellSum else { return layout.targets[target] }
        let shape = graph.sites[site].shape
        let cells = TensorShape(
            channels: shape.channels, height: shape.height / grid.cell, width: shape.width / grid.cell)
        return Placement(cellsOf: cells, on: grid, block: layout.block) ?? layout.targets[target]
    }
}
