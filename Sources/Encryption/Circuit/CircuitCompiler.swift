package import Approx
package import Network

/// Turns a network and a plan into the circuit that takes the least time for a number of images, on grids of one cell size.
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
        /// Processor seconds of a batch.
        var seconds = 0.0
    }

    /// The quickest layout, and its processor seconds for a number of images.
    ///
    /// - Parameter keyShare: What a rotation key that no other matrix needs is to cost in the choice, as a share of the
    ///   time that it takes to make.
    func quickest(for images: Int, keyShare: Double) throws(EncryptionError) -> (layout: Layout, seconds: Double) {
        var best: (layout: Layout, seconds: Double)?
        var block = parameters.slots
        while let layout = layout(block: block, keyShare: keyShare) {
            let batches = (images * block + parameters.slots - 1) / parameters.slots
            let seconds = layout.seconds * Double(batches)
            if seconds < best?.seconds ?? .infinity { best = (layout, seconds) }
            guard block > 1 else { break }
            block /= 2
        }
        guard let best else { throw .image(graph.inputShape, slots: parameters.slots) }
        return best
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

    /// nil where an image does not fit.
    private func layout(block: Int, keyShare: Double) -> Layout? {
        func placement(_ shape: TensorShape, _ spacing: ValueGrid.Spacing) -> Placement? {
            guard shape.height * shape.width > 1 else { return Placement(vector: shape.count, block: block) }
            return Placement(shape, on: grid, spacing, block: block)
        }
        guard let input = placement(graph.inputShape, ValueGrid.Spacing(rows: 1, columns: 1)) else { return nil }
        var targets: [Placement] = []
        for piece in pieces.pieces {
            var spacing = ValueGrid.Spacing(rows: 1, columns: 1)
            if case .site(let site) = piece.target { spacing = grid.sites[site] }
            guard let target = placement(piece.shape, spacing) else { return nil }
            targets.append(target)
        }
        var layout = Layout(block: block, input: input, targets: targets)
        let cost = OperationCost(parameters: parameters)
        var steps = Set<Int>()
        for (index, piece) in pieces.pieces.enumerated() {
            let level = levels[index]
            let distances = distances(of: piece, layout)
            let pattern = distances.pattern(of: piece.form.terms.map(\.matrix))
            let price = RotationSplit.Price(
                digits: cost.digits(level: level), baby: cost.baby(level: level), giant: cost.rotation(level: level),
                newStep: cost.key * keyShare)
            let (split, seconds) = RotationSplit.cheapest(
                for: pattern, block: block, width: grid.cellColumns, known: steps, price: price)
            layout.splits.append(split)
            let products = pattern.joined().reduce(0) { $0 + $1.count }
            layout.seconds += seconds + Double(products) * cost.product(level: level)
            layout.seconds += Double(distances.folds.count) * cost.rotation(level: level)
            layout.seconds += Double(distances.outputCount) * cost.rescale(level: level)
            for (value, ciphertexts) in zip(piece.form.terms.map(\.value), distances.sources.map(\.ciphertextCount))
            where value.isCellSum {
                let folds = cellFolds(block: block)
                layout.seconds += Double(folds.count * ciphertexts) * cost.rotation(level: level)
                steps.formUnion(folds)
            }
            if case .site(let site) = piece.target {
                for squaring in 0..<pieces.sites[site].squarings {
                    layout.seconds += Double(distances.outputCount) * cost.square(level: level + 1 + squaring)
                }
            }
            for distance in pattern.joined().joined() {
                let parts = split.parts(of: distance)
                steps.formUnion([parts.giant, parts.baby])
            }
        }
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

extension Circuit {
    /// What keys are to cost in the choice of rotations, from quick circuits to those of few keys.
    private static let keyShares = [0.25, 1, 4, 16, 64, 256]

    /// Compiles a plan.
    ///
    /// - Parameters:
    ///   - graph: The network, with the plan's weights where it has any.
    ///   - plan: One approximation per activation site.
    ///   - images: What the circuit is to be quick for: it decides how many images share a ciphertext.
    ///   - memoryLimit: Bytes for keys and ciphertexts. Where the quickest circuit takes more, one of fewer keys is taken;
    ///     where none fits, the smallest one.
    /// - Throws: ``EncryptionError``, saying what cannot be encrypted and why.
    package init(
        _ graph: NetworkGraph, plan: [Approximation?], images: Int, memoryLimit: Int = .max
    ) throws(EncryptionError) {
        let compilers = try Self.compilers(graph, plan: plan)
        var smallest: (circuit: Circuit, bytes: Int)?
        for keyShare in Self.keyShares {
            var best: (compiler: CircuitCompiler, layout: CircuitCompiler.Layout, seconds: Double)?
            for compiler in compilers {
                let (layout, seconds) = try compiler.quickest(for: images, keyShare: keyShare)
                if seconds < best?.seconds ?? .infinity { best = (compiler, layout, seconds) }
            }
            guard let best else { continue }
            let circuit = best.compiler.circuit(best.layout)
            let bytes = CircuitCost(showing: circuit, memoryLimit: 0).memoryBytes
            if bytes < smallest?.bytes ?? .max { smallest = (circuit, bytes) }
            if bytes <= memoryLimit { break }
        }
        guard let smallest else { throw .image(graph.inputShape, slots: 0) }
        self = smallest.circuit
    }

    /// One for each grid that the network can lie on; the ordinary one comes first, and its failure is the one to show.
    private static func compilers(
        _ graph: NetworkGraph, plan: [Approximation?]
    ) throws(EncryptionError) -> [CircuitCompiler] {
        var compilers: [CircuitCompiler] = []
        for cell in ValueGrid.cells(for: graph) {
            do throws(EncryptionError) {
                compilers.append(try CircuitCompiler(graph, plan: plan, cell: cell))
            } catch {
                if cell == 1 { throw error }
            }
        }
        return compilers
    }
}
