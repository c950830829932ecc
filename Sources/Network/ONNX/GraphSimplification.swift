/// Makes a drafted network smaller without changing what it computes, up to rounding.
///
/// Lines go into the linear layer before them, pads into the convolution behind them, slices of slices become one,
/// and what nobody reads goes. A value that others read too stays as it is.
struct GraphSimplification {
    private var graph: NetworkGraph
    /// The node that makes a value.
    private var makers: [NetworkGraph.ValueID: Int] = [:]
    private var readerCounts: [NetworkGraph.ValueID: Int] = [:]
    /// Nodes that were merged into others.
    private var merged: Set<Int> = []

    /// - Throws: ``ModelError/nonFiniteWeights(tensor:count:)`` where weights overflow.
    static func simplified(_ graph: NetworkGraph) throws(ModelError) -> NetworkGraph {
        var simplification = Self(graph)
        simplification.merge()
        let result = simplification.compacted()
        for node in result.nodes {
            let broken = node.operation.nonFiniteCount
            guard broken == 0 else { throw .nonFiniteWeights(tensor: node.name, count: broken) }
        }
        return result
    }

    private init(_ graph: NetworkGraph) {
        self.graph = graph
        for (index, node) in graph.nodes.enumerated() {
            makers[node.output] = index
            for input in node.inputs { readerCounts[input, default: 0] += 1 }
        }
        readerCounts[graph.output, default: 0] += 1
    }

    private mutating func merge() {
        // What stands in place of a value that a line without effect made.
        var sources: [NetworkGraph.ValueID: NetworkGraph.ValueID] = [:]
        defer { graph.output = sources[graph.output] ?? graph.output }
        for index in graph.nodes.indices {
            graph.nodes[index].inputs = graph.nodes[index].inputs.map { sources[$0] ?? $0 }
            let node = graph.nodes[index]
            if case .affine(let scale, let shift) = node.operation, scale.allSatisfy({ $0 == 1 }),
                shift.allSatisfy({ $0 == 0 })
            {
                sources[node.output] = node.inputs[0]
                readerCounts[node.inputs[0], default: 0] += (readerCounts[node.output] ?? 0) - 1
                merged.insert(index)
                continue
            }
            guard let input = node.inputs.first, node.inputs.count == 1, readerCounts[input] == 1,
                let maker = makers[input],
                let operation = Self.merged(graph.nodes[maker].operation, node.operation)
            else { continue }
            // The later node's place and output; of the names, that of the layer with the weights.
            graph.nodes[index].operation = operation
            graph.nodes[index].inputs = graph.nodes[maker].inputs
            if case .affine = node.operation { graph.nodes[index].name = graph.nodes[maker].name }
            merged.insert(maker)
        }
    }

    // MARK: - Two nodes as one

    private static func merged(_ first: Operation, _ second: Operation) -> Operation? {
        switch (first, second) {
        case (.convolution(var layer), .affine(let scale, let shift)):
            layer.weights = rows(layer.weights, scaledBy: scale)
            layer.bias = line(layer.bias, scale, shift)
            return .convolution(layer)
        case (.linear(var layer), .affine(let scale, let shift)):
            layer.weights = rows(layer.weights, scaledBy: scale)
            layer.bias = line(layer.bias, scale, shift)
            return .linear(layer)
        case (.affine(let firstScale, let firstShift), .affine(let scale, let shift)):
            return .affine(
                scale: line(firstScale, scale, Array(repeating: 0, count: scale.count)),
                shift: line(firstShift, scale, shift))
        case (.pad(let pad), .convolution(var layer)):
            guard pad.channel.before == 0, pad.channel.after == 0 else { return nil }
            layer.window.top += pad.height.before
            layer.window.bottom += pad.height.after
            layer.window.left += pad.width.before
            layer.window.right += pad.width.after
            return .convolution(layer)
        case (.slice(let first), .slice(let second)):
            return .slice(
                Operation.Slice(
                    channel: composed(first.channel, second.channel), height: composed(first.height, second.height),
                    width: composed(first.width, second.width)
                ))
        default:
            return nil
        }
    }

    /// Each of the equally long rows of `weights` times its own factor.
    private static func rows(_ weights: [Float], scaledBy scale: [Float]) -> [Float] {
        let length = weights.count / scale.count
        return weights.indices.map { Float(Double(weights[$0]) * Double(scale[$0 / length])) }
    }

    private static func line(_ values: [Float], _ scale: [Float], _ shift: [Float]) -> [Float] {
        values.indices.map { Float(Double(values[$0]) * Double(scale[$0]) + Double(shift[$0])) }
    }

    private static func composed(_ first: Operation.Slice.Axis, _ second: Operation.Slice.Axis) -> Operation.Slice.Axis
    {
        Operation.Slice.Axis(
            start: first.start + second.start * first.step, step: first.step * second.step, count: second.count)
    }

    // MARK: - What is left

    /// Only what the output depends on, numbered anew, each site with a name of its own.
    private func compacted() -> NetworkGraph {
        var needed: Set<NetworkGraph.ValueID> = [graph.output]
        var kept: [NetworkGraph.Node] = []
        for (index, node) in graph.nodes.enumerated().reversed() where !merged.contains(index) {
            guard needed.contains(node.output) else { continue }
            needed.formUnion(node.inputs)
            kept.append(node)
        }
        kept.reverse()
        var result = NetworkGraph(values: [graph.values[graph.input]], input: 0, output: 0, nodes: [], sites: [])
        var renumbered = [graph.input: 0]
        var names: Set<String> = []
        for var node in kept {
            if case .activation(let site) = node.operation {
                var copy = graph.sites[site]
                copy.name = Self.unique(copy.name, among: &names)
                node.name = copy.name
                node.operation = .activation(site: result.sites.count)
                result.sites.append(copy)
            }
            node.inputs = node.inputs.compactMap { renumbered[$0] }
            renumbered[node.output] = result.values.count
            result.values.append(graph.values[node.output])
            node.output = result.values.count - 1
            result.nodes.append(node)
        }
        result.output = renumbered[graph.output] ?? 0
        return result
    }

    private static func unique(_ name: String, among names: inout Set<String>) -> String {
        var candidate = name
        var number = 2
        while !names.insert(candidate).inserted {
            candidate = "\(name)#\(number)"
            number += 1
        }
        return candidate
    }
}

extension Operation {
    /// Weights, biases, scales and shifts that are NaN or infinite.
    fileprivate var nonFiniteCount: Int {
        let parameters =
            switch self {
            case .convolution(let layer): [layer.weights, layer.bias]
            case .linear(let layer): [layer.weights, layer.bias]
            case .affine(let scale, let shift): [scale, shift]
            default: [[Float]]()
            }
        return parameters.joined().count { !$0.isFinite }
    }
}
