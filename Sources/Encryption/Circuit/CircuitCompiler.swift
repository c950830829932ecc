internal import Approx
internal import Network

/// Turns a network and a plan into the circuit that takes the least time for a number of images, on grids of one cell
/// size.
struct CircuitCompiler {
    private let pieces: LinearPieces
    private let grid: ValueGrid
    private let graph: NetworkGraph
    private let parameters: CKKSParameters
    private let threads: Int
    /// By piece.
    private let levels: [Int]
    /// By piece, of what is left at its level.
    private let costs: [OperationCost]

    init(_ graph: NetworkGraph, plan: [Approximation?], cell: Int, threads: Int) throws(EncryptionError) {
        self.graph = graph
        self.threads = threads
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
        let parameters = try CKKSParameters(depth: (levels.max() ?? 0) + 1, slots: grid.smallestBlock)
        self.parameters = parameters
        costs = levels.map { OperationCost(parameters: parameters.left(at: $0)) }
    }

    /// One way to lay out the values: a block size, and how each matrix is rotated.
    struct Layout {
        let block: Int
        let input: Placement
        let targets: [Placement]
        var splits: [RotationSplit] = []
        /// Processor seconds of a batch, without encoding.
        var batchSeconds = 0.0
        /// Seconds of one processor for keys, and of all of them for encoding.
        var keySeconds = 0.0
        var encodingSeconds = 0.0
        /// What the circuit takes at the least: the program, values that wait, and keys and ciphertexts of the stage
        /// that has the most.
        var bytes = 0
    }

    /// Block sizes that a channel fits into, the largest first.
    var blocks: [Int] {
        sequence(first: parameters.slots) { $0 > 1 ? $0 / 2 : nil }.prefix { isPossible(block: $0) }.map { $0 }
    }

    /// Processor seconds for a number of images, everything included. Keys are made by one processor while another waits.
    func seconds(of layout: Layout, for images: Int) -> Double {
        layout.batchSeconds * Double(batches(of: images, block: layout.block)) + layout.encodingSeconds
            + Self.processorsForKeys * layout.keySeconds
    }

    /// Processors that are taken while one of them makes keys.
    private static let processorsForKeys = 2.0

    private func batches(of images: Int, block: Int) -> Int {
        (images * block + parameters.slots - 1) / parameters.slots
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
    /// - Parameters:
    ///   - images: What the rotations are to be quick for: many share what keys cost.
    ///   - keyWeight: What a key is to cost in the choice, as a multiple of the time that it takes to make.
    func completed(_ start: Layout, _ patterns: [[[[Int]]]], for images: Int, keyWeight: Double) -> Layout {
        var layout = start
        let block = layout.block
        let keyShare = keyWeight * Self.processorsForKeys / Double(batches(of: images, block: block))
        for (index, piece) in pieces.pieces.enumerated() {
            let cost = costs[index]
            let distances = distances(of: piece, layout)
            let sums = zip(piece.form.terms, distances.sources).filter { $0.0.value.isCellSum }
            var steps = Set(distances.folds)
            if !sums.isEmpty { steps.formUnion(cellFolds(block: block)) }
            let price = RotationSplit.Price(
                digits: cost.digits(level: 0), baby: cost.baby(level: 0), giant: cost.rotation(level: 0),
                newStep: cost.key * keyShare)
            let (split, count) = RotationSplit.cheapest(
                for: patterns[index], block: block, width: grid.cellColumns, known: steps, price: price)
            layout.splits.append(split)
            steps.formUnion(count.steps)
            let squarings = if case .site(let site) = piece.target { pieces.sites[site].squarings } else { 0 }
            let summed = sums.reduce(0) { $0 + $1.1.ciphertextCount }
            let operations = StageOperations(
                digits: count.digits, babies: count.babies,
                giants: count.giants + distances.folds.count * distances.outputCount
                    + cellFolds(block: block).count * summed,
                groups: count.groups, largestGroup: count.largestGroup, products: count.products,
                inputs: distances.inputCount, outputs: distances.outputCount, squarings: squarings,
                keys: steps.count + (squarings > 0 ? 1 : 0))
            layout.batchSeconds += operations.batchSeconds(cost)
            layout.encodingSeconds += operations.encodingSeconds(cost)
            layout.keySeconds += operations.keySeconds(cost)
            let working = operations.workingBytes(cost.parameters, threads: threads)
            layout.bytes = max(layout.bytes, operations.keyBytes(cost.parameters) + working)
        }
        layout.bytes += waitingBytes(layout)
        return layout
    }

    /// The program, and the values of a batch that wait for their stage: a layer's variable or its square and one that
    /// goes around it.
    private func waitingBytes(_ layout: Layout) -> Int {
        let most = ([layout.input] + layout.targets).map(\.ciphertextCount).max() ?? 0
        return Circuit.ownBytes(entries: pieces.pieces.reduce(0) { $0 + $1.form.entryCount })
            + 2 * most * parameters.ciphertextBytes(at: 0)
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
