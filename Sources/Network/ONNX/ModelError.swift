/// A node of the file that the importer cannot express, and what its owner may do about it.
package struct UnsupportedNode: Hashable, Sendable {
    package var name: String
    package var operation: String
    /// What to do, as half a sentence.
    package var advice: String

    package init(name: String, operation: String, advice: String) {
        self.name = name
        self.operation = operation
        self.advice = advice
    }
}

/// Why a file could not be read as a network. Names are those of the file.
package enum ModelError: Error, Equatable, Sendable {
    case empty
    /// The bytes are something else; `found` says what they look like.
    case notONNX(found: String)
    /// The file ends inside a field that should reach to byte `expected`.
    case truncated(bytes: Int, expected: Int)
    /// It starts like a model, and its fields do not decode.
    case damaged
    case opsetOutOfRange(Int, allowed: ClosedRange<Int>)
    /// Every node that stands in the way, in the order of the file.
    case unsupported([UnsupportedNode])
    /// The file is an export of a plan: polynomials stand where the activations were.
    case polynomialNetwork(plan: String)
    case externalData(tensor: String)
    case malformedTensor(String, reason: String)
    case malformedNode(String, reason: String)
    case nonFiniteWeights(tensor: String, count: Int)
    case missingTensor(String, node: String)
    case duplicateTensor(String)
    /// Nodes that wait for each other's outputs.
    case cycle(nodes: [String])
    case inputCount([String])
    case outputCount([String])
    case inputShape(String, reason: String)
    case shapeMismatch(node: String, reason: String)
    case tooLarge(String, reason: String)
}

extension ModelError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .empty:
            "the model file is empty; export the model again"
        case .notONNX(let found):
            "this is not an ONNX model but \(found); export one, e.g. with torch.onnx.export or tf2onnx"
        case .truncated(let bytes, let expected):
            "the model file is cut short: it ends after \(bytes) bytes and should reach at least \(expected); "
                + "copy it again"
        case .damaged:
            "the model file is damaged: its fields do not decode; copy or export it again"
        case .opsetOutOfRange(let version, let allowed):
            "the model uses ONNX opset \(version); export it with one of \(allowed.lowerBound) to \(allowed.upperBound)"
        case .unsupported(let nodes):
            Self.describe(nodes)
        case .polynomialNetwork(let plan):
            "this is a network that centroid exported with the polynomials of plan \(plan) in place of its activations, so "
                + "nothing is left to fit; give the network that the plan was made for"
        case .externalData(let tensor):
            "the values of \(tensor) are in another file; save the model as one file "
                + "(torch.onnx.export(..., external_data=False) or onnx.save)"
        case .malformedTensor(let tensor, let reason):
            "tensor \(tensor) is malformed: \(reason); export the model again"
        case .malformedNode(let node, let reason):
            "node \(node) is malformed: \(reason); export the model again"
        case .nonFiniteWeights(let tensor, let count):
            "\(tensor) has \(count) values that are NaN or infinite; the training diverged or the file is damaged"
        case .missingTensor(let tensor, let node):
            "node \(node) reads \(tensor), which nothing in the file makes; export the model again with its weights"
        case .duplicateTensor(let tensor):
            "\(tensor) is made more than once; names of tensors must be unique"
        case .cycle(let nodes):
            "these nodes wait for each other: \(nodes.joined(separator: ", ")); a network must not have cycles"
        case .inputCount(let names):
            names.isEmpty
                ? "the network reads no input; export a model that takes an image"
                : "the network reads \(names.count) inputs (\(names.joined(separator: ", "))); export one with one input"
        case .outputCount(let names):
            names.isEmpty
                ? "the network has no output; export a classifier that returns its logits"
                : "the network has \(names.count) outputs (\(names.joined(separator: ", "))); export only the logits"
        case .inputShape(let name, let reason):
            "input \(name): \(reason)"
        case .shapeMismatch(let node, let reason):
            "shapes do not fit at node \(node): \(reason)"
        case .tooLarge(let name, let reason):
            "\(name) is too large: \(reason)"
        }
    }

    private static func describe(_ nodes: [UnsupportedNode]) -> String {
        let lines = nodes.map { "  \($0.name) (\($0.operation)): \($0.advice)" }
        return "\(nodes.count == 1 ? "1 node" : "\(nodes.count) nodes") cannot be imported:\n"
            + lines.joined(separator: "\n")
    }
}
