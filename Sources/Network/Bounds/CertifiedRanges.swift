package import Approx

/// Bounds that hold for every input in a box: no image in it can bring a layer beyond them.
///
/// Two analyses go side by side and narrow each other: interval arithmetic with the exact range of each polynomial, and
/// affine forms over the input's own deviations, whose polynomials are replaced by their near-best lines with a bound
/// of the difference. All arithmetic is in double precision and rounded outwards. They hold for the network in exact
/// arithmetic; inference in single precision adds its own rounding, about a millionth of the values.
///
/// For example:
///
///     let box = InputBox(pixels: 0...255, shape: graph.inputShape, preprocessing: preprocessing)
///     let ranges = try CertifiedRanges(of: graph, plan: plan, box: box, threads: 2) { _ in }
///     ranges.sites[0].interval.contains(1.5)
package struct CertifiedRanges: Sendable {
    /// What a layer can read.
    package struct Site: Sendable {
        /// By channel, over all positions.
        package let channels: [Interval]
        /// Whether affine forms still said something here; otherwise interval arithmetic alone.
        package let isAffine: Bool

        /// All channels together.
        package var interval: Interval {
            channels.dropFirst().reduce(channels.first ?? .everything) { $0.hull($1) }
        }
    }

    /// One per activation site, in their order.
    package let sites: [Site]
    /// One per logit.
    package let output: [Interval]

    /// Generators may take so much memory, per value of the network, before they are given up.
    private static let generatorBytes = 1 << 28

    /// - Parameters:
    ///   - plan: One entry per site; nil keeps the original activation.
    ///   - usesAffineForms: Whether the slower analysis runs beside interval arithmetic.
    ///   - checkpoint: Called after each node with the number of nodes done; throwing stops.
    /// - Throws: ``InferenceError/planLength(_:sites:)``, ``InferenceError/imageShape(network:images:)``,
    ///   ``InferenceError/polynomialCount(site:polynomials:channels:)``, and what `checkpoint` throws.
    package init(
        of graph: NetworkGraph, plan: [Approximation?], box: InputBox, usesAffineForms: Bool = true, threads: Int,
        checkpoint: Checkpoint
    ) throws {
        guard plan.count == graph.sites.count else {
            throw InferenceError.planLength(plan.count, sites: graph.sites.count)
        }
        guard box.shape == graph.inputShape else {
            throw InferenceError.imageShape(network: graph.inputShape, images: box.shape)
        }
        for case (let site, let approximation?) in zip(graph.sites, plan)
        where approximation.granularity == .channel && approximation.polynomials.count != site.shape.channels {
            throw InferenceError.polynomialCount(
                site: site.name, polynomials: approximation.polynomials.count, channels: site.shape.channels)
        }
        var propagation = BoundPropagation(
            graph: graph, plan: plan, threads: threads, bytes: usesAffineForms ? Self.generatorBytes : 0)
        try propagation.run(box, checkpoint: checkpoint)
        sites = propagation.sites.map { site in site ?? Site(channels: [.everything], isAffine: false) }
        output = propagation.output
    }
}

/// One pass of bounds through a network, node by node.
private struct BoundPropagation {
    let graph: NetworkGraph
    let plan: [Approximation?]
    let threads: Int
    /// What the generators of one value may take; 0 for none.
    let bytes: Int
    private(set) var sites: [CertifiedRanges.Site?]
    private(set) var output: [Interval] = []
    private var values: [NetworkGraph.ValueID: BoundedValue] = [:]

    init(graph: NetworkGraph, plan: [Approximation?], threads: Int, bytes: Int) {
        self.graph = graph
        self.plan = plan
        self.threads = threads
        self.bytes = bytes
        sites = Array(repeating: nil, count: graph.sites.count)
    }

    mutating func run(_ box: InputBox, checkpoint: Checkpoint) throws {
        var lastReads: [NetworkGraph.ValueID: Int] = [graph.output: graph.nodes.count]
        for (index, node) in graph.nodes.enumerated() {
            for value in node.inputs { lastReads[value] = max(lastReads[value] ?? 0, index) }
        }
        values[graph.input] = BoundedValue(
            shape: box.shape, box: box.intervals, form: bytes > 0 ? AffineForm(box) : nil, bytes: bytes)
        for (index, node) in graph.nodes.enumerated() {
            values[node.output] = try image(of: node)
            for value in node.inputs where lastReads[value] == index { values[value] = nil }
            try checkpoint(index + 1)
        }
        output = values[graph.output]?.box ?? []
    }

    private mutating func image(of node: NetworkGraph.Node) throws -> BoundedValue {
        let inputs = try node.inputs.map { value in
            guard let known = values[value] else {
                throw InferenceError.malformedNode(name: node.name, reason: "it reads a value that no node made")
            }
            return known
        }
        let shape = graph.values[node.output].shape
        switch node.operation {
        case .add:
            return .sum(inputs[0], inputs[1], bytes: bytes)
        case .concatenate:
            return .stack(inputs, to: shape, bytes: bytes)
        case .activation(let site):
            sites[site] = CertifiedRanges.Site(inputs[0])
            return inputs[0].applying(
                plan[site], function: graph.sites[site].function, threads: threads, bytes: bytes)
        case .pool(let pool) where pool.kind == .maximum:
            return inputs[0].maximum(pool, to: shape)
        default:
            guard let transform = LinearTransform(node.operation, from: inputs[0].shape, to: shape) else {
                throw InferenceError.malformedNode(name: node.name, reason: "its bounds cannot be followed")
            }
            return inputs[0].applying(transform, to: shape, threads: threads, bytes: bytes)
        }
    }
}

extension CertifiedRanges.Site {
    fileprivate init(_ value: BoundedValue) {
        let plane = value.shape.height * value.shape.width
        channels = (0..<value.shape.channels).map { channel in
            value.box[channel * plane + 1..<(channel + 1) * plane].reduce(value.box[channel * plane]) { $0.hull($1) }
        }
        isAffine = value.form != nil
    }
}
