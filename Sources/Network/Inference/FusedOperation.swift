internal import Approx

/// A node of the graph, with what can be done to its result before it is written: a residual sum, an activation.
struct FusedOperation: Hashable, Sendable {
    /// Index of the node that does the work.
    var node: Int
    var inputs: [NetworkGraph.ValueID]
    /// Added to the result.
    var addend: NetworkGraph.ValueID?
    /// Whose function is applied last.
    var site: Int?
    var output: NetworkGraph.ValueID
    /// Index of the last node taken in; the operation runs in its place.
    var position: Int

    /// Every value that the operation reads.
    var reads: [NetworkGraph.ValueID] { inputs + (addend.map { [$0] } ?? []) }

    /// The graph's nodes, fused where nobody else reads the values between them, in an order in which they can run.
    ///
    /// - Parameter exposed: Sites whose input must be visible, which are left on their own.
    static func operations(of graph: NetworkGraph, exposing exposed: Set<Int>) -> [FusedOperation] {
        var fusion = Fusion(graph: graph, exposed: exposed)
        // From the end, so that of two convolutions that are added the later one takes the sum: the other's result is
        // ready by then.
        for index in graph.nodes.indices.reversed() {
            fusion.append(index)
        }
        return fusion.operations.values.sorted { $0.position < $1.position }
    }
}

private struct Fusion {
    let graph: NetworkGraph
    let exposed: Set<Int>
    /// Nodes that read each value.
    private let readers: [[Int]]
    /// By the node that does the work.
    private(set) var operations: [Int: FusedOperation] = [:]

    init(graph: NetworkGraph, exposed: Set<Int>) {
        self.graph = graph
        self.exposed = exposed
        var readers: [[Int]] = Array(repeating: [], count: graph.values.count)
        for (index, node) in graph.nodes.enumerated() {
            for value in node.inputs { readers[value].append(index) }
        }
        self.readers = readers
    }

    mutating func append(_ index: Int) {
        let node = graph.nodes[index]
        var operation = FusedOperation(
            node: index, inputs: node.inputs, addend: nil, site: nil, output: node.output, position: index)
        switch node.operation {
        case .convolution, .linear:
            takeSum(into: &operation)
            takeActivation(into: &operation)
        default: break
        }
        operations[index] = operation
    }

    /// The sum that alone reads the operation's output, where its other operand is another value.
    private mutating func takeSum(into operation: inout FusedOperation) {
        guard let reader = onlyReader(of: operation.output), case .add = graph.nodes[reader].operation,
            let other = graph.nodes[reader].inputs.first(where: { $0 != operation.output })
        else { return }
        operation.addend = other
        take(reader, into: &operation)
    }

    private mutating func takeActivation(into operation: inout FusedOperation) {
        guard let reader = onlyReader(of: operation.output),
            case .activation(let site) = graph.nodes[reader].operation, !exposed.contains(site),
            Primitive.Epilogue.supports(graph.sites[site].function)
        else { return }
        operation.site = site
        take(reader, into: &operation)
    }

    private mutating func take(_ reader: Int, into operation: inout FusedOperation) {
        operations[reader] = nil
        operation.output = graph.nodes[reader].output
        operation.position = reader
    }

    /// The one node that reads `value`, if no other operation has taken it in.
    private func onlyReader(of value: NetworkGraph.ValueID) -> Int? {
        guard value != graph.output, readers[value].count == 1, operations[readers[value][0]] != nil else { return nil }
        return readers[value][0]
    }
}
