internal import Approx

extension TrainableNetwork {
    /// `graph` with a normalised expansion at every site.
    ///
    /// - Throws: ``TrainingError/notExpandable(site:function:)``
    init(expandingAll graph: NetworkGraph, from start: Retraining.Start) throws(TrainingError) {
        try self.init(
            graph: graph, normalised: start == .randomWeights ? graph.convolutionsWithoutSite : [],
            expanded: Set(graph.sites.indices))
    }

    /// The network's own weights, with normalisations that know what the sites of the original network read.
    ///
    /// - Parameter statistics: By site.
    func values(startingFrom statistics: [LayerStatistics]) -> [Float] {
        var values = initialValues
        for (site, layer) in statistics.enumerated() {
            guard let expansion = expansions[site] else { continue }
            let channels = layer.channels.count
            for (channel, read) in layer.channels.enumerated() {
                let start = ExpansionStart(expansion, of: graph.sites[site].function, at: read)
                func set(_ role: Parameter.Role, _ value: Double, term: Int = 0) {
                    values[range(of: role).lowerBound + term * channels + channel] = Float(value)
                }
                set(.expansionScale(site: site), start.scale)
                set(.expansionShift(site: site), start.shift)
                for (term, moments) in [start.statistics.first, start.statistics.second].enumerated() {
                    set(.expansionMean(site: site), moments.mean, term: term)
                    set(.expansionVariance(site: site), moments.variance, term: term)
                }
            }
        }
        return values
    }

    /// By site and channel: so far around the running mean that what is beyond the widest of a site's channels is on its
    /// way out.
    func expectedRanges(in values: [Float]) -> [[ClosedRange<Double>]] {
        graph.sites.indices.map { site in
            expansionStatistics(of: site, in: values).map { own in
                let reach = Self.expectedDeviations * own.deviations.first
                return own.first.mean - reach...own.first.mean + reach
            }
        }
    }

    /// ``foldedExpansions(with:domains:)`` of a network with an expansion at every site.
    func quadratics(
        with values: [Float], domains: [[ClosedRange<Double>]]
    ) throws(TrainingError) -> [Approximation] {
        try foldedExpansions(with: values, domains: domains).compactMap(\.self)
    }

    private static let expectedDeviations = 30.0
}

/// Where the expansion of one channel begins: scale and shift of least squares towards the activation, at the values that
/// the channel of the original network reads.
struct ExpansionStart {
    let statistics: NormalisedExpansion.Statistics
    private(set) var scale = 1.0
    private(set) var shift = 0.0

    init(_ expansion: NormalisedExpansion, of function: ActivationFunction, at read: ChannelStatistics) {
        let nodes = read.nodes
        let total = nodes.weights.reduce(0, +)
        func mean(_ value: (Double) -> Double) -> Double {
            total > 0 ? zip(nodes.positions, nodes.weights).reduce(0) { $0 + $1.1 * value($1.0) } / total : 0
        }
        let square = read.variance + read.mean * read.mean
        let fourth = mean { $0 * $0 * $0 * $0 }
        statistics = NormalisedExpansion.Statistics(
            first: .init(mean: read.mean, variance: read.variance),
            second: .init(mean: square, variance: max(fourth - square * square, 0)))
        let powers = expansion.powers(statistics, scale: 1, shift: 0)
        func expanded(_ x: Double) -> Double { (powers[2] * x + powers[1]) * x + powers[0] }
        let means = (expanded: mean(expanded), wanted: mean { function($0) })
        let spread = mean { (expanded($0) - means.expanded) * (expanded($0) - means.expanded) }
        let common = mean { (expanded($0) - means.expanded) * (function($0) - means.wanted) }
        // A channel that always reads the same says nothing of its scale.
        if spread > TrainableNetwork.normalisationEpsilon { scale = common / spread }
        shift = means.wanted - scale * means.expanded
    }
}

extension NetworkGraph {
    /// Convolutions whose result is not read by an activation: in residual networks those before a sum.
    fileprivate var convolutionsWithoutSite: Set<Int> {
        let activated = Set(
            nodes.flatMap { node -> [ValueID] in
                if case .activation = node.operation { node.inputs } else { [] }
            })
        return Set(
            nodes.indices.filter { index in
                guard case .convolution = nodes[index].operation else { return false }
                return !activated.contains(nodes[index].output)
            })
    }
}
