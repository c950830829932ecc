extension NetworkGraph {
    /// The sites on the residual stream: what they give is carried past the layers behind them, and so is its error.
    ///
    /// A site is on it if it acts on a sum, if its value gets into a sum without another convolution, matrix or site on
    /// the way, or if it is where a block with a convolution as its shortcut begins: several nodes read its value, and
    /// one way from it into a sum meets no other site.
    package var residualStream: Set<Int> {
        let walk = StreamWalk(self)
        return Set(
            nodes.compactMap { node in
                guard case .activation(let site) = node.operation else { return nil }
                let isOnStream =
                    walk.comesFromSum(node.inputs[0]) || walk.reachesSum(node.output, throughWeights: false)
                    || (walk.readers(of: node.output) > 1 && walk.reachesSum(node.output, throughWeights: true))
                return isOnStream ? site : nil
            })
    }
}

private struct StreamWalk {
    private let graph: NetworkGraph
    private var nodesReading: [NetworkGraph.ValueID: [Int]] = [:]
    private var makers: [NetworkGraph.ValueID: Int] = [:]

    init(_ graph: NetworkGraph) {
        self.graph = graph
        for (index, node) in graph.nodes.enumerated() {
            for input in node.inputs { nodesReading[input, default: []].append(index) }
            makers[node.output] = index
        }
    }

    func readers(of value: NetworkGraph.ValueID) -> Int { nodesReading[value]?.count ?? 0 }

    func comesFromSum(_ value: NetworkGraph.ValueID) -> Bool {
        guard let maker = makers[value] else { return false }
        switch graph.nodes[maker].operation {
        case .add: return true
        case .affine: return comesFromSum(graph.nodes[maker].inputs[0])
        default: return false
        }
    }

    /// - Parameter throughWeights: Whether convolutions and matrices may lie on the way.
    func reachesSum(_ value: NetworkGraph.ValueID, throughWeights: Bool) -> Bool {
        (nodesReading[value] ?? []).contains { index in
            let node = graph.nodes[index]
            switch node.operation {
            case .add: return true
            case .activation: return false
            case .convolution, .linear:
                return throughWeights && reachesSum(node.output, throughWeights: throughWeights)
            default: return reachesSum(node.output, throughWeights: throughWeights)
            }
        }
    }
}
