internal import Foundation

/// Writes small ONNX files byte by byte, also ones that no exporter would write.
///
/// It knows the wire format of protocol buffers and the field numbers of the ONNX specification, and shares no code
/// with the importer.
struct ONNXBuilder {
    enum Attribute {
        case integer(Int)
        case integers([Int])
        case real(Float)
        case text(String)
        case tensor(Data)
        case graph
        /// The caller's attribute of this name, inside a function.
        case reference(String)
    }

    var opset = 17
    var nodes: [Data] = []
    var initializers: [Data] = []
    var inputs: [Data] = []
    var outputs: [Data] = []
    var functions: [Data] = []
    private var random: UInt64 = 1

    /// An input of batch x 2 x 4 x 4 and an output of batch x 3.
    init() {
        inputs = [Self.value("image", [nil, 2, 4, 4])]
        outputs = [Self.value("logits", [nil, 3])]
    }

    // MARK: - Parts of a graph

    mutating func node(
        _ operation: String, _ inputs: [String], _ outputs: [String], name: String? = nil, domain: String = "",
        _ attributes: KeyValuePairs<String, Attribute> = [:]
    ) {
        nodes.append(
            Self.node(operation, inputs, outputs, name: name ?? "node_\(outputs[0])", domain: domain, attributes))
    }

    static func node(
        _ operation: String, _ inputs: [String], _ outputs: [String], name: String, domain: String = "",
        _ attributes: KeyValuePairs<String, Attribute> = [:]
    ) -> Data {
        inputs.map { field(1, $0) }.joined + outputs.map { field(2, $0) }.joined + field(3, name) + field(4, operation)
            + attributes.map { field(5, attribute($0.key, $0.value)) }.joined + field(7, domain)
    }

    mutating func reals(_ name: String, _ dimensions: [Int], _ values: [Float]? = nil) {
        let count = dimensions.reduce(1, *)
        let values = values ?? (0..<count).map { _ in next() }
        initializers.append(Self.tensor(name, dimensions, values))
    }

    mutating func integers(_ name: String, _ values: [Int], dimensions: [Int]? = nil) {
        initializers.append(Self.tensor(name, dimensions ?? [values.count], values))
    }

    /// A 3 x 3 convolution with padding.
    mutating func convolution(_ input: String, _ output: String, channels: Int, to outputs: Int) {
        reals("\(output).weight", [outputs, channels, 3, 3])
        reals("\(output).bias", [outputs])
        node(
            "Conv", [input, "\(output).weight", "\(output).bias"], [output],
            ["kernel_shape": .integers([3, 3]), "pads": .integers([1, 1, 1, 1])])
    }

    /// Flatten and Gemm to `logits`.
    mutating func head(_ input: String, values: Int = 32, to outputs: Int = 3) {
        node("Flatten", [input], ["flat"])
        reals("head.weight", [outputs, values])
        reals("head.bias", [outputs])
        node("Gemm", ["flat", "head.weight", "head.bias"], ["logits"], ["transB": .integer(1)])
    }

    /// A function of the domain "local".
    mutating func function(_ name: String, _ inputs: [String], _ outputs: [String], _ nodes: [Data]) {
        functions.append(
            Self.field(1, name) + inputs.map { Self.field(4, $0) }.joined + outputs.map { Self.field(5, $0) }.joined
                + nodes.map { Self.field(7, $0) }.joined + Self.field(10, "local"))
    }

    var file: Data {
        let graph =
            nodes.map { Self.field(1, $0) }.joined + initializers.map { Self.field(5, $0) }.joined
            + inputs.map { Self.field(11, $0) }.joined + outputs.map { Self.field(12, $0) }.joined
        return Self.field(1, 8) + Self.field(2, "builder") + Self.field(7, graph) + Self.field(8, Self.field(2, opset))
            + functions.map { Self.field(25, $0) }.joined
    }

    // MARK: - Messages

    static func value(_ name: String, _ dimensions: [Int?], element: Int = 1) -> Data {
        let shape = dimensions.map { field(1, $0.map { field(1, $0) } ?? field(2, "batch")) }.joined
        return field(1, name) + field(2, field(1, field(1, element) + field(2, shape)))
    }

    static func tensor(_ name: String, _ dimensions: [Int], _ values: [Float]) -> Data {
        let raw = values.withUnsafeBytes { Data($0) }
        return dimensions.map { field(1, $0) }.joined + field(2, 1) + field(8, name) + field(9, raw)
    }

    static func tensor(_ name: String, _ dimensions: [Int], _ values: [Int]) -> Data {
        dimensions.map { field(1, $0) }.joined + field(2, 7) + values.map { field(7, $0) }.joined + field(8, name)
    }

    /// A tensor whose values are in another file.
    static func externalTensor(_ name: String, _ dimensions: [Int]) -> Data {
        dimensions.map { field(1, $0) }.joined + field(2, 1) + field(8, name)
            + field(13, field(1, "location") + field(2, "weights.bin")) + field(14, 1)
    }

    private static func attribute(_ name: String, _ value: Attribute) -> Data {
        let content =
            switch value {
            case .integer(let value): field(3, value) + field(20, 2)
            case .integers(let values): values.map { field(8, $0) }.joined + field(20, 7)
            case .real(let value):
                key(2, 5) + withUnsafeBytes(of: value.bitPattern.littleEndian) { Data($0) } + field(20, 1)
            case .text(let text): field(4, text) + field(20, 3)
            case .tensor(let tensor): field(5, tensor) + field(20, 4)
            case .graph: field(6, field(2, "branch")) + field(20, 5)
            case .reference(let name): field(20, 2) + field(21, name)
            }
        return field(1, name) + content
    }

    // MARK: - Wire format

    private static func field(_ number: Int, _ value: Int) -> Data {
        key(number, 0) + varint(UInt64(bitPattern: Int64(value)))
    }

    private static func field(_ number: Int, _ value: String) -> Data {
        field(number, Data(value.utf8))
    }

    private static func field(_ number: Int, _ value: Data) -> Data {
        key(number, 2) + varint(UInt64(value.count)) + value
    }

    private static func key(_ number: Int, _ type: Int) -> Data {
        varint(UInt64(number << 3 | type))
    }

    private static func varint(_ value: UInt64) -> Data {
        var bytes = Data()
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
        return bytes
    }

    /// Numbers from -0.5 to 0.5, the same in every run.
    private mutating func next() -> Float {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Float(random >> 40) / Float(1 << 24) - 0.5
    }
}

extension [Data] {
    fileprivate var joined: Data { reduce(Data(), +) }
}
