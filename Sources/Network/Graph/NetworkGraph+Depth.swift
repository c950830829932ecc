extension NetworkGraph {
    /// Multiplicative levels on the longest way from the input to the logits: one for everything linear between two
    /// activations, which is one matrix, and those of the activations.
    ///
    /// - Parameter levels: One element per site.
    package func depth(activationLevels levels: [Int]) -> Int {
        precondition(levels.count == sites.count, "each site has its levels")
        var depths = [ValueID: Int]()
        for node in nodes {
            let before = node.inputs.reduce(0) { max($0, depths[$1] ?? 0) }
            depths[node.output] =
                switch node.operation {
                case .activation(let site): before + 1 + levels[site]
                default: before
                }
        }
        return (depths[output] ?? 0) + 1
    }
}
