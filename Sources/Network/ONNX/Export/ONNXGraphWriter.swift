internal import Foundation

/// The nodes and constants of a file in the making.
struct ONNXGraphWriter {
    /// A tensor that a node makes, or the input.
    struct Tensor {
        var name: String
        /// batch x channels x height x width, or else batch x values.
        var isImage: Bool
    }

    private(set) var nodes: [ONNXNode] = []
    private(set) var constants: [ONNXTensor] = []
    private var tensorNames: Set<String>
    private var nodeNames: Set<String> = []

    /// - Parameter reserved: Names of tensors that nothing else may get.
    init(reserved: Set<String>) {
        tensorNames = reserved
    }

    /// Appends a node of one output.
    ///
    /// - Parameters:
    ///   - name: What the node should be called; a number is added where that is taken.
    ///   - output: What its output should be called; the node's name if nil.
    /// - Returns: What its output is called.
    mutating func node(
        _ type: String, _ inputs: [String], name: String, output: String? = nil, _ attributes: [ONNXAttribute] = []
    ) -> String {
        var node = ONNXNode()
        node.opType = type
        node.input = inputs
        node.name = Self.unique(name, among: &nodeNames)
        let output = Self.unique(output ?? node.name, among: &tensorNames)
        node.output = [output]
        node.attribute = attributes
        nodes.append(node)
        return output
    }

    /// Adds reals, row-major, little-endian.
    ///
    /// - Returns: What the constant is called: `name`, with a number where that is taken.
    mutating func constant(_ values: [Float], dimensions: [Int], name: String) -> String {
        var tensor = ONNXTensor()
        tensor.dataType = TensorElement.float.rawValue
        tensor.rawData = Data(capacity: 4 * values.count)
        for value in values {
            withUnsafeBytes(of: value.bitPattern.littleEndian) { tensor.rawData.append(contentsOf: $0) }
        }
        return add(tensor, dimensions, name)
    }

    /// Adds a vector of whole numbers.
    ///
    /// - Returns: What it is called.
    mutating func constant(_ values: [Int], name: String) -> String {
        var tensor = ONNXTensor()
        tensor.dataType = TensorElement.int64.rawValue
        tensor.int64Data = values.map(Int64.init)
        return add(tensor, [values.count], name)
    }

    /// Gives a tensor another name, in the node that makes it and in those that read it.
    mutating func rename(_ tensor: String, to name: String) {
        func renamed(_ names: [String]) -> [String] { names.map { $0 == tensor ? name : $0 } }
        for index in nodes.indices {
            nodes[index].input = renamed(nodes[index].input)
            nodes[index].output = renamed(nodes[index].output)
        }
    }

    private mutating func add(_ tensor: ONNXTensor, _ dimensions: [Int], _ name: String) -> String {
        var tensor = tensor
        tensor.dims = dimensions.map(Int64.init)
        tensor.name = Self.unique(name, among: &tensorNames)
        constants.append(tensor)
        return tensor.name
    }

    private static func unique(_ name: String, among names: inout Set<String>) -> String {
        let name = name.isEmpty ? "unnamed" : name
        var candidate = name
        var number = 2
        while !names.insert(candidate).inserted {
            candidate = "\(name)_\(number)"
            number += 1
        }
        return candidate
    }
}

extension ONNXAttribute {
    /// Kinds of attribute, by the number that the specification gives them.
    private enum Kind: Int32 {
        case real = 1
        case integer = 2
        case integers = 7
    }

    static func integers(_ name: String, _ values: [Int]) -> ONNXAttribute {
        var attribute = ONNXAttribute(name, .integers)
        attribute.ints = values.map(Int64.init)
        return attribute
    }

    static func integer(_ name: String, _ value: Int) -> ONNXAttribute {
        var attribute = ONNXAttribute(name, .integer)
        attribute.i = Int64(value)
        return attribute
    }

    static func real(_ name: String, _ value: Double) -> ONNXAttribute {
        var attribute = ONNXAttribute(name, .real)
        attribute.f = Float(value)
        return attribute
    }

    private init(_ name: String, _ kind: Kind) {
        self.init()
        self.name = name
        type = kind.rawValue
    }
}
