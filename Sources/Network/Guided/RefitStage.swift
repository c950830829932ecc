/// A linear piece that is refitted, and what it is refitted to.
package struct RefitStage: Hashable, Sendable {
    /// Index of the convolution or linear node.
    package var node: Int
    /// Index of the addition that its output goes into at once, where the sum is what counts: the piece then makes up
    /// for what the other branch does wrong.
    package var addition: Int?
    /// The site that applies its function to the piece's output, or to the sum, and nothing else reads it.
    package var site: Int?
    /// Whether its output is the logits: one position, a channel for each class.
    package var isHead = false

    /// The stages of a network, in the order of their nodes.
    package static func stages(of graph: NetworkGraph) -> [RefitStage] {
        var readers: [NetworkGraph.ValueID: [Int]] = [:]
        var makers: [NetworkGraph.ValueID: Int] = [:]
        for (index, node) in graph.nodes.enumerated() {
            for input in node.inputs { readers[input, default: []].append(index) }
            makers[node.output] = index
        }
        /// Whether a value can be made before a node runs without anything that is refitted later.
        func isAtHand(_ value: NetworkGraph.ValueID, before index: Int) -> Bool {
            guard let maker = makers[value], maker >= index else { return true }
            let node = graph.nodes[maker]
            return maker > index && !node.operation.isRefittable
                && node.inputs.allSatisfy { isAtHand($0, before: index) }
        }
        return graph.nodes.indices.filter { graph.nodes[$0].operation.isRefittable }.map { index in
            var stage = RefitStage(node: index, addition: nil, site: nil)
            var output = graph.nodes[index].output
            guard output != graph.output else {
                let shape = graph.values[output].shape
                stage.isHead = shape.count == shape.channels
                return stage
            }
            if let reader = readers[output]?.first, readers[output]?.count == 1,
                case .add = graph.nodes[reader].operation,
                graph.nodes[reader].inputs.allSatisfy({ $0 == output || isAtHand($0, before: index) })
            {
                stage.addition = reader
                output = graph.nodes[reader].output
            }
            if let reader = readers[output]?.first, readers[output]?.count == 1, output != graph.output,
                case .activation(let site) = graph.nodes[reader].operation
            {
                stage.site = site
            }
            return stage
        }
    }
}

extension Operation {
    /// Whether its weights can be refitted: a matrix, or a convolution over all channels.
    var isRefittable: Bool {
        switch self {
        case .linear: true
        case .convolution(let convolution): convolution.groups == 1
        default: false
        }
    }
}
