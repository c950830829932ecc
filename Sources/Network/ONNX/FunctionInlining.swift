/// Puts the bodies of local functions in place of the nodes that call them.
struct FunctionInlining {
    private struct Key: Hashable {
        let domain: String
        let name: String
    }

    private let functions: [Key: ONNXFunction]
    private var calls = 0

    init(_ functions: [ONNXFunction]) {
        self.functions = Dictionary(
            functions.map { (Key(domain: $0.domain, name: $0.name), $0) }, uniquingKeysWith: { first, _ in first }
        )
    }

    mutating func inlined(_ nodes: [ONNXNode], depth: Int = 0) throws(ModelError) -> [ONNXNode] {
        guard !functions.isEmpty else { return nodes }
        var result: [ONNXNode] = []
        for node in nodes {
            if let function = functions[Key(domain: node.domain, name: node.opType)] {
                guard depth < Bounds.functionDepth else {
                    throw .tooLarge(node.title, reason: "functions call functions \(Bounds.functionDepth) levels deep")
                }
                result += try inlined(body(of: function, calledBy: node), depth: depth + 1)
            } else {
                result.append(node)
            }
            guard result.count <= Bounds.nodes, calls <= Bounds.nodes else {
                throw .tooLarge(node.title, reason: "its functions hold more than \(Bounds.nodes) nodes or calls")
            }
        }
        return result
    }

    /// The nodes of `function` with the caller's tensors and attributes in place of its own names.
    private mutating func body(of function: ONNXFunction, calledBy call: ONNXNode) -> [ONNXNode] {
        calls += 1
        let prefix = "\(call.name.isEmpty ? call.opType : call.name)/"
        var tensors: [String: String] = ["": ""]
        for (index, name) in function.input.enumerated() {
            tensors[name] = index < call.input.count ? call.input[index] : ""
        }
        for (name, output) in zip(function.output, call.output) where !output.isEmpty {
            tensors[name] = output
        }
        var attributes: [String: ONNXAttribute] = [:]
        for attribute in function.attributeProto { attributes[attribute.name] = attribute }
        for attribute in call.attribute { attributes[attribute.name] = attribute }
        return function.node.map { node in
            var node = node
            // Tensors between the nodes get a name of their own for each call.
            node.input = node.input.map { tensors[$0] ?? "\(prefix)\($0)#\(calls)" }
            node.output = node.output.map { tensors[$0] ?? "\(prefix)\($0)#\(calls)" }
            if !node.name.isEmpty { node.name = prefix + node.name }
            node.attribute = node.attribute.compactMap { attribute in
                guard !attribute.refAttrName.isEmpty else { return attribute }
                var value = attributes[attribute.refAttrName]
                value?.name = attribute.name
                return value
            }
            return node
        }
    }
}
