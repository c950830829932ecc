/// What a tensor of the file stands for.
enum Traced {
    case constant(Constant)
    case tensor(TracedTensor)
    /// Tensors that SplitToSequence has made and SequenceAt takes apart.
    case sequence([Traced])
    /// Made by a node that cannot be imported.
    case unknown
}

/// A value of the network, or a function of one, in the dimensions of the file.
struct TracedTensor {
    enum Source: Hashable {
        case value(NetworkGraph.ValueID)
        /// An index into the tracer's ``GraphTracer/functions``: not in the network until a layer reads it.
        case function(Int)
    }

    var source: Source
    var view: TensorView
}

/// Walks over the nodes of a file and drafts the network that they describe.
///
/// Constants are folded on the way, reshapes and transposes only change how a value is seen, and element-wise nodes
/// are gathered into functions of one variable, so that SiLU or GELU are recognised however they were written down.
struct GraphTracer {
    let order: NodeOrder
    let input: GraphInput
    let output: String
    /// The nodes that read a tensor.
    let readers: [String: [ONNXNode]]
    private let initializers: [String: ONNXTensor]
    private var traced: [String: Traced] = [:]
    var draft: NetworkGraph
    var functions: [ScalarFunction] = []
    /// Values that functions have become.
    var materialised: [Int: NetworkGraph.ValueID] = [:]

    init(_ graph: ONNXGraph, nodes: [ONNXNode]) throws(ModelError) {
        var initializers: [String: ONNXTensor] = [:]
        for tensor in graph.initializer {
            guard initializers.updateValue(tensor, forKey: tensor.name) == nil else {
                throw .duplicateTensor(tensor.name.printable)
            }
        }
        guard graph.output.count == 1 else { throw .outputCount(graph.output.map(\.name.printable)) }
        let inputs = graph.input.filter { initializers[$0.name] == nil }
        let sparse = Set(graph.sparseInitializer.map(\.values.name))
        let output = graph.output[0].name
        let order = try NodeOrder(
            nodes, sources: Set(initializers.keys).union(sparse).union(inputs.map(\.name)), outputs: [output]
        )
        if let tensor = sparse.intersection(order.read).min() {
            throw .malformedTensor(tensor.printable, reason: "it is sparse; save the model with dense weights")
        }
        var readers: [String: [ONNXNode]] = [:]
        for node in order.nodes {
            for input in Set(node.input) { readers[input, default: []].append(node) }
        }
        let read = inputs.filter { order.read.contains($0.name) }
        guard read.count == 1 else { throw .inputCount(read.map(\.name.printable)) }
        self.input = try GraphInput(read[0], readers: readers)
        self.order = order
        self.output = output
        self.readers = readers
        self.initializers = initializers
        let value = NetworkGraph.Value(name: input.name.printable, shape: input.view.shape)
        self.draft = NetworkGraph(values: [value], input: 0, output: 0, nodes: [], sites: [])
        self.traced[input.name] = .tensor(TracedTensor(source: .value(0), view: input.view))
    }

    /// Drafts the whole network.
    ///
    /// - Throws: ``ModelError/unsupported(_:)`` with every node that stands in the way, or what is wrong with the file.
    mutating func network() throws(ModelError) -> NetworkGraph {
        var problems: [UnsupportedNode] = []
        var listed: Set<UnsupportedNode> = []
        for (index, node) in order.nodes.enumerated() {
            do {
                try trace(node)
            } catch {
                for output in node.output { traced[output] = .unknown }
                guard case .unsupported(let nodes) = error else {
                    // Something else is wrong here, but nodes that can't be imported are the better news.
                    guard !problems.isEmpty else { throw error }
                    problems += order.nodes[index...].compactMap(OperatorSupport.refusal)
                    break
                }
                for node in nodes where listed.insert(node).inserted { problems.append(node) }
            }
        }
        guard problems.isEmpty else { throw .unsupported(problems) }
        draft.output = try finalValue()
        return draft
    }

    private mutating func trace(_ node: ONNXNode) throws(ModelError) {
        if let refusal = OperatorSupport.refusal(of: node) { throw .unsupported([refusal]) }
        var operands: [Traced?] = []
        for name in node.input { operands.append(try value(named: name)) }
        let isUnknown = operands.contains { if case .unknown? = $0 { true } else { false } }
        let results = isUnknown ? node.output.map { _ in .unknown } : try results(of: node, operands)
        for (index, name) in node.output.enumerated() where !name.isEmpty {
            if index < results.count {
                traced[name] = results[index]
            } else if order.read.contains(name) {
                throw node.unsupported("its output \(name.printable) is read; only its first output can be imported")
            }
        }
    }

    /// nil for an optional input that is left out.
    private mutating func value(named name: String) throws(ModelError) -> Traced? {
        if name.isEmpty { return nil }
        if let known = traced[name] { return known }
        guard let tensor = initializers[name] else { return .unknown }
        let value = Traced.constant(try tensor.constant(named: name.printable))
        traced[name] = value
        return value
    }

    /// The vector of class scores.
    private mutating func finalValue() throws(ModelError) -> NetworkGraph.ValueID {
        guard case .tensor(let tensor)? = traced[output] else {
            throw .inputShape(output.printable, reason: "the output does not depend on the image's values")
        }
        let value = try materialise(tensor.source)
        let view = tensor.view
        let inOrder = TensorView(image: view.shape).groups.joined()
        guard view.groups.first == [.batch], view.groups.joined().elementsEqual(inOrder) else {
            throw .inputShape(output.printable, reason: "the output has its axes moved; export it batch first")
        }
        if view.shape.height == 1 && view.shape.width == 1 { return value }
        guard view.groups.count(where: { !$0.isEmpty }) == 2 else {
            throw .inputShape(
                output.printable,
                reason: "the network returns a map of \(view.shape); a classifier returns one score for each class")
        }
        return flattened(value, name: output.printable)
    }
}
