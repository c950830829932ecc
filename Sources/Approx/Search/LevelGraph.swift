/// How the levels of a plan add up along a network: linear operations join their inputs, activation layers add levels.
///
/// Everything linear before a layer is one matrix on slots and takes one level, and so does what is left before the
/// output: a network of n layers in a row takes n + 1 levels beside those of its polynomials. Where branches meet, the
/// one that has used up more counts.
///
/// For example, a layer with a shortcut around it:
///
///     let graph = LevelGraph(
///         nodes: [.init(inputs: [0], output: 1, layer: 0), .init(inputs: [0, 1], output: 2)], input: 0, output: 2)
///     graph.levels(ofLayers: [2])   // 4: the layer's matrix, its two levels, the matrix before the output
package struct LevelGraph: Hashable, Sendable {
    /// An operation: linear, or the activation of `layer`.
    package struct Node: Hashable, Sendable {
        package let inputs: [Int]
        package let output: Int
        package let layer: Int?

        package init(inputs: [Int], output: Int, layer: Int? = nil) {
            self.inputs = inputs
            self.output = output
            self.layer = layer
        }
    }

    /// Each stands behind those whose outputs it reads.
    package let nodes: [Node]
    package let input: Int
    package let output: Int
    /// By value: the last node that reads it; the number of nodes for the output.
    private let lastUses: [Int: Int]

    package init(nodes: [Node], input: Int, output: Int) {
        self.nodes = nodes
        self.input = input
        self.output = output
        var lastUses: [Int: Int] = [:]
        for (index, node) in nodes.enumerated() {
            for value in node.inputs { lastUses[value] = index }
        }
        lastUses[output] = nodes.count
        self.lastUses = lastUses
    }

    package var layerCount: Int { nodes.count { $0.layer != nil } }

    /// Levels of the whole network along its longest path.
    ///
    /// - Parameter levels: Of the polynomial of each layer.
    package func levels(ofLayers levels: [Int]) -> Int {
        var reached = [input: 0]
        for node in nodes {
            let before = node.inputs.map { reached[$0] ?? 0 }.max() ?? 0
            reached[node.output] = node.layer.map { before + 1 + levels[$0] } ?? before
        }
        return (reached[output] ?? 0) + 1
    }

    /// Whether a value is read behind node `index`.
    func isRead(_ value: Int, behind index: Int) -> Bool { (lastUses[value] ?? -1) > index }
}
