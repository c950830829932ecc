package import Approx

/// A plan's network beside the original: polynomials, and weights where the plan's method has refitted them.
package struct PlannedNetwork: Sendable {
    package let original: NetworkGraph
    /// Of the same architecture; the original itself where nothing was refitted.
    package let refitted: NetworkGraph
    /// One entry per site; nil leaves the original activation.
    package let plan: [Approximation?]

    /// - Throws: ``InferenceError/planLength(_:sites:)``
    package init(
        original: NetworkGraph, refitted: NetworkGraph? = nil, plan: [Approximation?]
    ) throws(InferenceError) {
        guard plan.count == original.sites.count else { throw .planLength(plan.count, sites: original.sites.count) }
        self.original = original
        self.refitted = refitted ?? original
        self.plan = plan
    }

    /// By node, the layer that its weights belong to: the first activation site that reads what the node makes, through
    /// sums, pools and other linear nodes. nil for nodes without weights and for the head, behind the last site.
    ///
    /// For a piece that ``RefitStage`` refits together with a site's polynomials this is that site; the convolution of
    /// a shortcut, which is refitted by itself, belongs to the site behind the sum.
    package static func owners(in graph: NetworkGraph) -> [Int?] {
        var firstSite: [NetworkGraph.ValueID: Int] = [:]
        for node in graph.nodes.reversed() {
            let site: Int?
            if case .activation(let own) = node.operation { site = own } else { site = firstSite[node.output] }
            guard let site else { continue }
            for input in node.inputs { firstSite[input] = min(firstSite[input] ?? site, site) }
        }
        return graph.nodes.map { $0.operation.parameterCount > 0 ? firstSite[$0.output] : nil }
    }
}
