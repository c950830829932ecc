/// The nodes that the network's outputs depend on, each behind those that it reads from.
struct NodeOrder {
    let nodes: [ONNXNode]
    /// Tensors that a node of the order reads, or that the network returns.
    let read: Set<String>

    /// - Parameter sources: Tensors that no node makes: initializers and inputs.
    init(_ all: [ONNXNode], sources: Set<String>, outputs: [String]) throws(ModelError) {
        var maker: [String: Int] = [:]
        for (index, node) in all.enumerated() {
            for output in node.output where !output.isEmpty {
                guard !sources.contains(output), maker.updateValue(index, forKey: output) == nil else {
                    throw .duplicateTensor(output.printable)
                }
            }
        }
        let live = try Self.live(all, maker: maker, sources: sources, outputs: outputs)
        self.nodes = try Self.sorted(all, live: live, maker: maker)
        self.read = Set(nodes.flatMap(\.input) + outputs)
    }

    private static func live(
        _ all: [ONNXNode], maker: [String: Int], sources: Set<String>, outputs: [String]
    ) throws(ModelError) -> Set<Int> {
        var live: Set<Int> = []
        var waiting = outputs.map { (tensor: $0, reader: "(the output of the network)") }
        while let (tensor, reader) = waiting.popLast() {
            guard let index = maker[tensor] else {
                guard sources.contains(tensor) else {
                    throw .missingTensor(tensor.printable, node: reader)
                }
                continue
            }
            if live.insert(index).inserted {
                let node = all[index]
                waiting += node.input.filter { !$0.isEmpty }.map { ($0, node.title) }
            }
        }
        return live
    }

    /// Keeps the order of the file where that is possible (Kahn's algorithm, always the earliest ready node).
    private static func sorted(
        _ all: [ONNXNode], live: Set<Int>, maker: [String: Int]
    ) throws(ModelError) -> [ONNXNode] {
        var order: [Int] = []
        var readers: [Int: [Int]] = [:]
        var missing: [Int: Int] = [:]
        for index in live.sorted() {
            let sources = Set(all[index].input.compactMap { maker[$0] })
            missing[index] = sources.count
            for source in sources { readers[source, default: []].append(index) }
        }
        // Ready nodes, the earliest last; a file in order never has to insert before the end.
        var ready = live.filter { missing[$0] == 0 }.sorted(by: >)
        while let index = ready.popLast() {
            order.append(index)
            for reader in readers[index] ?? [] {
                missing[reader, default: 0] -= 1
                guard missing[reader] == 0 else { continue }
                let place = ready.lastIndex { $0 > reader }.map { $0 + 1 } ?? 0
                ready.insert(reader, at: place)
            }
        }
        guard order.count == live.count else {
            throw .cycle(nodes: live.subtracting(order).sorted().prefix(8).map { all[$0].title })
        }
        return order.map { all[$0] }
    }
}

extension ONNXNode {
    /// How messages name it: its name, or the name of what it makes.
    var title: String {
        let title = name.isEmpty ? output.first { !$0.isEmpty } ?? opType : name
        return title.printable
    }
}

extension String {
    /// Without control characters, and not longer than a line, for a name that a stranger wrote.
    var printable: String {
        var shown = String.UnicodeScalarView()
        for scalar in unicodeScalars.prefix(200) {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: shown.append("?")
            default: shown.append(scalar)
            }
        }
        return String(shown)
    }
}
