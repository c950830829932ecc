internal import Approx

/// A network as training sees it: the graph, what its sites compute, and the flat vector of all that may change.
///
/// Batch normalisation needs no operation of its own in a graph: it is named by the convolutions whose results it
/// normalises, and folds back into their weights and biases. Statistics are those of each micro-batch ("ghost batch
/// normalisation", Hoffer, Hubara and Soudry 2017), so that a step does not depend on the number of threads. Normalised
/// expansions in place of activations (AESPA's HerPN) work the same way, and become a quadratic for each channel.
///
/// For example:
///
///     let network = try TrainableNetwork(graph: graph, activations: activations)
///     var values = network.initialValues
///     // ... training ...
///     let runner = try NetworkRunner(graph: network.graph(with: values), preprocessing: preprocessing)
///     let plan = network.approximations(with: values)
package struct TrainableNetwork: Sendable {
    /// What keeps a batch normalisation from dividing by 0; the default of PyTorch.
    static let normalisationEpsilon = 1e-5

    package let graph: NetworkGraph
    /// One entry per site; nil keeps the graph's function.
    package let activations: [TrainableActivation?]
    /// Indices of convolution nodes that are followed by a batch normalisation.
    package let normalised: Set<Int>
    /// Sites whose function is replaced by its normalised expansion.
    let expansions: [Int: NormalisedExpansion]
    package let parameters: [Parameter]
    /// The graph's own weights and the approximations that were given.
    package let initialValues: [Float]
    private let indices: [Parameter.Role: Int]

    /// - Parameter expanded: Sites that get the normalised expansion of their function, of degree 2; they have no entry in
    ///   `activations`.
    /// - Throws: ``TrainingError`` where an activation does not fit its site, a normalised node is no convolution, or a
    ///   function has no expansion with a square.
    package init(
        graph: NetworkGraph, activations: [TrainableActivation?]? = nil, normalised: Set<Int> = [],
        expanded: Set<Int> = []
    ) throws(TrainingError) {
        let activations = activations ?? Array(repeating: nil, count: graph.sites.count)
        guard activations.count == graph.sites.count else {
            throw .activationCount(activations.count, sites: graph.sites.count)
        }
        for (site, activation) in zip(graph.sites, activations) { try activation?.validate(at: site) }
        for node in normalised.sorted() {
            guard graph.nodes.indices.contains(node), case .convolution = graph.nodes[node].operation else {
                throw .notNormalisable(node: node, nodes: graph.nodes.count)
            }
        }
        var collector = ParameterCollector()
        collector.add(graph, normalised: normalised)
        var expansions: [Int: NormalisedExpansion] = [:]
        for site in expanded.sorted() {
            guard graph.sites.indices.contains(site) else { throw .unknownSite(site, sites: graph.sites.count) }
            let own = graph.sites[site]
            precondition(activations[site] == nil, "a site has one replacement")
            guard let expansion = NormalisedExpansion(of: own.function) else {
                throw .notExpandable(site: own.name, function: own.function.name)
            }
            expansions[site] = expansion
            collector.addExpansion(site, own.name, own.shape.channels)
        }
        for (index, activation) in activations.enumerated() {
            guard let activation else { continue }
            collector.add(
                .coefficients(site: index), "\(graph.sites[index].name) coefficients",
                activation.hermiteCoefficients.map(Float.init))
        }
        self.graph = graph
        self.activations = activations
        self.normalised = normalised
        self.expansions = expansions
        parameters = collector.parameters
        initialValues = collector.values
        indices = Dictionary(uniqueKeysWithValues: collector.parameters.enumerated().map { ($1.role, $0) })
    }

    /// Whether statistics of micro-batches go into what it computes.
    var usesBatchStatistics: Bool { !normalised.isEmpty || !expansions.isEmpty }

    /// Length of the flat vector.
    package var valueCount: Int { initialValues.count }

    /// Where a tensor stands in the flat vector; empty where the network has none of that role.
    package func range(of role: Parameter.Role) -> Range<Int> {
        indices[role].map { parameters[$0].range } ?? 0..<0
    }

    func check(_ values: [Float]) throws(TrainingError) {
        guard values.count == valueCount else { throw .valueCount(values.count, expected: valueCount) }
    }
}

/// Lines tensors up in one vector.
private struct ParameterCollector {
    private(set) var parameters: [Parameter] = []
    private(set) var values: [Float] = []

    mutating func add(_ role: Parameter.Role, _ name: String, _ tensor: [Float], isTrained: Bool = true) {
        parameters.append(
            Parameter(
                role: role, name: name, range: values.count..<values.count + tensor.count, isTrained: isTrained))
        values += tensor
    }

    mutating func add(_ graph: NetworkGraph, normalised: Set<Int>) {
        for (index, node) in graph.nodes.enumerated() {
            switch node.operation {
            case .convolution(let convolution):
                add(.weights(node: index), "\(node.name) weights", convolution.weights)
                let isNormalised = normalised.contains(index)
                add(.bias(node: index), "\(node.name) bias", convolution.bias, isTrained: !isNormalised)
                if isNormalised { addNormalisation(index, node.name, convolution.outputChannels) }
            case .linear(let linear):
                add(.weights(node: index), "\(node.name) weights", linear.weights)
                add(.bias(node: index), "\(node.name) bias", linear.bias)
            case .affine(let scale, let shift):
                add(.scale(node: index), "\(node.name) scale", scale)
                add(.shift(node: index), "\(node.name) shift", shift)
            default: break
            }
        }
    }

    private mutating func addNormalisation(_ node: Int, _ name: String, _ channels: Int) {
        add(.scale(node: node), "\(name) normalisation scale", Array(repeating: 1, count: channels))
        add(.shift(node: node), "\(name) normalisation shift", Array(repeating: 0, count: channels))
        add(
            .runningMean(node: node), "\(name) running mean", Array(repeating: 0, count: channels), isTrained: false)
        add(
            .runningVariance(node: node), "\(name) running variance", Array(repeating: 1, count: channels),
            isTrained: false)
    }

    /// For x with the moments of a standard Gaussian: x^2 has mean 1 and variance 2.
    mutating func addExpansion(_ site: Int, _ name: String, _ channels: Int) {
        func row(_ value: Float) -> [Float] { Array(repeating: value, count: channels) }
        add(.expansionScale(site: site), "\(name) expansion scale", row(1))
        add(.expansionShift(site: site), "\(name) expansion shift", row(0))
        add(.expansionMean(site: site), "\(name) expansion mean", row(0) + row(1), isTrained: false)
        add(.expansionVariance(site: site), "\(name) expansion variance", row(1) + row(2), isTrained: false)
    }
}

extension TrainableActivation {
    fileprivate func validate(at site: NetworkGraph.ActivationSite) throws(TrainingError) {
        let channels = site.shape.channels, count = approximation.polynomials.count
        guard approximation.granularity == .layer || count == channels else {
            throw .polynomialCount(site: site.name, polynomials: count, channels: channels)
        }
        guard Self.degrees.contains(degree) else {
            throw .polynomialDegree(site: site.name, degree: degree, allowed: Self.degrees)
        }
        guard variables.count == count else {
            throw .variableCount(site: site.name, variables: variables.count, polynomials: count)
        }
        for variable in variables {
            guard variable.center.isFinite, variable.scale.isFinite, variable.scale > 0 else {
                throw .invalidVariable(site: site.name, center: variable.center, scale: variable.scale)
            }
        }
        if let ranges = clamp?.ranges, ranges.count != 1, ranges.count != channels {
            throw .clampCount(site: site.name, ranges: ranges.count, channels: channels)
        }
    }

    /// Those to start from, polynomial after polynomial.
    fileprivate var hermiteCoefficients: [Double] {
        let basis = HermiteBasis(degree: degree)
        return zip(approximation.polynomials, variables).flatMap { polynomial, variable in
            basis.coefficients(ofPowers: variable.powers(of: polynomial))
        }
    }
}
