package import Approx

extension NetworkGraph {
    /// How the levels of a plan add up along this network. It agrees with the depth of the circuit that a plan becomes.
    package var levelGraph: LevelGraph {
        LevelGraph(
            nodes: nodes.map { node in
                var layer: Int?
                if case .activation(let site) = node.operation { layer = site }
                return LevelGraph.Node(inputs: node.inputs, output: node.output, layer: layer)
            }, input: input, output: output)
    }
}
