/// Until when each value of a graph is read, and which must be kept so that a part can be run again.
struct ValueLifetimes {
    private let roots: [NetworkGraph.ValueID]
    /// By root; the index of the last operation that reads it.
    private let lastReads: [Int]
    private let kept: Set<NetworkGraph.ValueID>

    init(graph: NetworkGraph, operations: [FusedOperation], restart: Int?) {
        // A flattened value may lie in the buffer of what it was made from.
        var roots = Array(graph.values.indices)
        for node in graph.nodes {
            if case .flatten = node.operation { roots[node.output] = roots[node.inputs[0]] }
        }
        var lastReads = Array(repeating: -1, count: graph.values.count)
        var made = Array(repeating: -1, count: graph.values.count)
        for (index, operation) in operations.enumerated() {
            made[operation.output] = index
            for value in operation.reads { lastReads[roots[value]] = index }
        }
        lastReads[roots[graph.output]] = operations.count
        var kept: Set<NetworkGraph.ValueID> = [roots[graph.output]]
        let start = restart.flatMap { site in
            operations.firstIndex { operation in
                if case .activation(site) = graph.nodes[operation.node].operation { true } else { false }
            }
        }
        if let start {
            kept.formUnion(
                graph.values.indices.filter { value in
                    roots[value] == value && made[value] < start && lastReads[value] >= start
                })
        }
        self.roots = roots
        self.lastReads = lastReads
        self.kept = kept
    }

    /// Whether no operation after `index` reads the value, so that its buffer may be written to.
    func ends(_ value: NetworkGraph.ValueID, at index: Int) -> Bool {
        lastReads[roots[value]] <= index && !isKept(value)
    }

    /// Whether the value is needed to the end.
    func isKept(_ value: NetworkGraph.ValueID) -> Bool { kept.contains(roots[value]) }
}
