package import Approx
package import Foundation

/// The guided method: a network with polynomials whose weights make up for them, layer by layer, without labels.
///
/// Original and polynomial network go side by side over the calibration images, node by node. Each linear piece is
/// refitted, with the polynomials behind it, on what the polynomial network feeds it and towards what the original
/// network has there, so that every layer makes up for the errors of those before it as far as it can.
package final class GuidedReconstruction {
    /// What became of one refitted piece.
    package struct Stage: Hashable, Codable, Sendable {
        package var node: String
        /// The site behind it, if it was refitted towards what that gives.
        package var site: Int?
        package var rows: Int
        package var reciprocalCondition: Double
        /// Held-out squared errors, relative to the target's variance: of the linear piece after its regression, of the
        /// activation before and after the joint steps.
        package var linearError: Double
        package var initialError: Double?
        package var error: Double?
        /// Held-out divergence of the last piece's probabilities from the original's in nats, before and after its steps.
        package var initialDivergence: Double?
        package var divergence: Double?
        package var steps = 0
    }

    /// An image whose activations exceed the largest of the original network by this factor is on its way out. Squares
    /// of it would outweigh all other images in the normal equations, so it is left out.
    private static let leverage: Float = 2

    let graph: NetworkGraph
    let settings: GuidedSettings
    private(set) var runner: NodeRunner
    let budget: ActivationBudget
    /// How many nodes read each value, and which node makes it.
    private let readers: [NetworkGraph.ValueID: Int]
    private let makers: [NetworkGraph.ValueID: Int]
    private var stages: [Int: RefitStage] = [:]
    /// What was fitted at which node, now or by the run that this one goes on from.
    private var pieces: [Int: GuidedState.Piece] = [:]

    /// The original's values that are still needed, and the polynomial network's.
    private(set) var original: [NetworkGraph.ValueID: ActivationStore] = [:]
    private(set) var polynomial: [NetworkGraph.ValueID: ActivationStore] = [:]
    private var readsLeft: [NetworkGraph.ValueID: Int] = [:]
    /// Nodes that both networks have run.
    private var done: Set<Int> = []
    private var imageCount = 0
    /// Calibration images that have not escaped.
    private(set) var alive: [Int] = []

    /// The refitted network, so far as it is done.
    package private(set) var refitted: NetworkGraph
    /// One per site that is done.
    package private(set) var approximations: [Approximation?]
    /// By site: of its polynomials against the original's activation.
    package private(set) var rootMeanSquareErrors: [Double?]
    package private(set) var report: [Stage] = []
    /// By site: calibration images that escaped there, and are left out behind it.
    package private(set) var escaped: [Int]

    /// - Parameters:
    ///   - memory: Bytes that activations may take; what goes beyond is spilled into unnamed files in `directory`.
    package init(
        _ graph: NetworkGraph, settings: GuidedSettings, threads: Int, memory: Int, directory: URL
    ) {
        self.graph = graph
        self.settings = settings
        runner = NodeRunner(threads: threads, stop: {})
        budget = ActivationBudget(bytes: memory, directory: directory)
        var readers: [NetworkGraph.ValueID: Int] = [graph.output: 1]
        for node in graph.nodes {
            for input in node.inputs { readers[input, default: 0] += 1 }
        }
        self.readers = readers
        makers = Dictionary(uniqueKeysWithValues: graph.nodes.enumerated().map { ($0.element.output, $0.offset) })
        for stage in RefitStage.stages(of: graph) { stages[stage.node] = stage }
        refitted = graph
        approximations = Array(repeating: nil, count: graph.sites.count)
        rootMeanSquareErrors = Array(repeating: nil, count: graph.sites.count)
        escaped = Array(repeating: 0, count: graph.sites.count)
    }

    /// What is fitted so far: a run that goes on from it ends with the same bits.
    package var state: GuidedState {
        GuidedState(pieces: pieces.values.sorted { $0.node < $1.node })
    }

    /// The share of the pieces that are fitted.
    package var progress: Double {
        Double(pieces.count) / Double(max(1, stages.count))
    }

    /// Takes over what an earlier run with the same network, settings and images has fitted; call it before ``run``.
    package func resume(from state: GuidedState) {
        for piece in state.pieces { pieces[piece.node] = piece }
    }

    /// Reconstructs the whole network.
    ///
    /// - Parameters:
    ///   - chosen: The images to calibrate on; their last tenth is held out to stop each layer's steps.
    ///   - fitted: Called after each refitted piece, when ``state`` has it.
    ///   - stop: Called after each batch of images and each pass over sampled positions.
    package func run(
        _ images: ImageSet, _ chosen: [Int], preprocessing: Preprocessing, fitted: (Stage) throws -> Void,
        stop: @escaping StopCheck = {}
    ) throws {
        runner = NodeRunner(threads: runner.threads, stop: stop)
        let input = try ActivationStore(images: chosen.count, shape: graph.inputShape, budget: budget)
        try runner.forEachBatch(chosen.count) { batch in
            for index in batch {
                let image = chosen[index]
                images.write(image..<image + 1, preprocessing: preprocessing, into: input.image(index))
            }
        }
        original = [graph.input: input]
        polynomial = [graph.input: input]
        readsLeft = readers
        alive = Array(chosen.indices)
        imageCount = chosen.count
        for index in graph.nodes.indices where !done.contains(index) {
            try advance(index, fitted)
        }
    }

    /// Runs one node in both networks, after refitting what it carries.
    private func advance(_ index: Int, _ fitted: (Stage) throws -> Void) throws {
        try runOriginal(index)
        if let stage = stages[index] {
            try prepareAddition(of: stage, fitted)
            try takeUp(stage, fitted)
        } else if case .activation(let site) = graph.nodes[index].operation {
            let curves = try curves(of: site, at: index)
            approximations[site] = Approximation(granularity: .channel, polynomials: curves.polynomials)
            rootMeanSquareErrors[site] = curves.rootMeanSquareError
        }
        try runPolynomial(index)
        done.insert(index)
        release(graph.nodes[index].inputs)
    }

    /// Puts a refitted piece in place, as it is known or by fitting it.
    private func takeUp(_ stage: RefitStage, _ fitted: (Stage) throws -> Void) throws {
        let known = pieces[stage.node]
        let piece = try known ?? refit(stage)
        pieces[stage.node] = piece
        refitted.nodes[stage.node].operation =
            graph.nodes[stage.node].operation.with(refitWeights: piece.weightValues)
        report.append(piece.stage)
        if known == nil { try fitted(piece.stage) }
    }

    /// Makes what else goes into the sum that a piece is refitted to.
    private func prepareAddition(of stage: RefitStage, _ fitted: (Stage) throws -> Void) throws {
        guard let addition = stage.addition else { return }
        let output = graph.nodes[stage.node].output
        for value in graph.nodes[addition].inputs where value != output { try make(value, fitted) }
    }

    private func make(_ value: NetworkGraph.ValueID, _ fitted: (Stage) throws -> Void) throws {
        guard let maker = makers[value], !done.contains(maker) else { return }
        for input in graph.nodes[maker].inputs { try make(input, fitted) }
        try advance(maker, fitted)
    }

    // MARK: - Running

    private func store(_ value: NetworkGraph.ValueID) throws -> ActivationStore {
        try ActivationStore(images: imageCount, shape: graph.values[value].shape, budget: budget)
    }

    private func runOriginal(_ index: Int) throws {
        let node = graph.nodes[index]
        guard original[node.output] == nil else { return }
        original[node.output] = try run(node, values: original, replacement: nil).output
    }

    private func runPolynomial(_ index: Int) throws {
        let node = refitted.nodes[index]
        guard case .activation(let site) = node.operation else {
            polynomial[node.output] = try run(node, values: polynomial, replacement: nil).output
            return
        }
        let (output, escapes) = try run(node, values: polynomial, replacement: approximations[site])
        polynomial[node.output] = output
        guard let wanted = original[node.output] else { return }
        let wantedLargest = try runner.largest(of: wanted)
        let limit = Self.leverage * (alive.map { wantedLargest[$0] }.filter(\.isFinite).max() ?? 0)
        let largest = try runner.largest(of: output)
        let before = alive.count
        alive.removeAll { escapes[$0] || !(largest[$0] <= limit) }
        escaped[site] = before - alive.count
    }

    private func run(
        _ node: NetworkGraph.Node, values: [NetworkGraph.ValueID: ActivationStore], replacement: Approximation?
    ) throws -> (output: ActivationStore, escaped: [Bool]) {
        let inputs = try node.inputs.map { value in
            guard let store = values[value] else {
                throw InferenceError.malformedNode(name: node.name, reason: "it reads a value that no node made")
            }
            return store
        }
        let output = try store(node.output)
        switch node.operation {
        case .add, .concatenate:
            try runner.combine(node.operation, inputs, into: output)
            return (output, [])
        case .activation(let site):
            let escaped = try runner.run(
                node.name, .activation(site: 0), function: graph.sites[site].function, replacement: replacement,
                from: inputs[0], into: output)
            return (output, escaped)
        default:
            return (output, try runner.run(node.name, node.operation, from: inputs[0], into: output))
        }
    }

    /// Lets go of values that nobody reads any more.
    private func release(_ values: [NetworkGraph.ValueID]) {
        for value in values {
            readsLeft[value, default: 0] -= 1
            if readsLeft[value] == 0 {
                original[value] = nil
                polynomial[value] = nil
            }
        }
    }
}
