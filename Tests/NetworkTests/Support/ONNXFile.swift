internal import Foundation

/// An ONNX file taken apart byte by byte.
///
/// It knows the wire format of protocol buffers and the field numbers of the ONNX specification, and shares no code
/// with the exporter.
struct ONNXFile {
    struct Node {
        var inputs: [String] = []
        var outputs: [String] = []
        var name = ""
        var operation = ""
        /// Attributes of whole numbers, one or several.
        var integers: [String: [Int]] = [:]
        var reals: [String: Float] = [:]

        var output: String { outputs.first ?? "" }
    }

    struct Constant {
        var name = ""
        var dimensions: [Int] = []
        var reals: [Float] = []
        var integers: [Int] = []
    }

    /// An input or output: -1 stands for an open dimension.
    struct Value: Equatable {
        var name = ""
        var dimensions: [Int] = []
        var symbols: [String] = []
    }

    private(set) var irVersion = 0
    private(set) var opset = 0
    private(set) var producer = ""
    private(set) var metadata: [String: String] = [:]
    private(set) var nodes: [Node] = []
    private(set) var constants: [String: Constant] = [:]
    private(set) var inputs: [Value] = []
    private(set) var outputs: [Value] = []

    init(_ data: Data) {
        for field in ProtocolFields(data) {
            switch field.number {
            case 1: irVersion = field.integer
            case 2: producer = field.text
            case 7: read(graph: field.bytes)
            case 8: opset = ProtocolFields(field.bytes).first { $0.number == 2 }?.integer ?? 0
            case 14:
                let pair = Array(ProtocolFields(field.bytes))
                metadata[pair[0].text] = pair[1].text
            default: break
            }
        }
    }

    func constant(_ name: String) -> Constant { constants[name] ?? Constant() }

    /// How many nodes there are of each operation.
    var operations: [String: Int] {
        nodes.reduce(into: [:]) { $0[$1.operation, default: 0] += 1 }
    }

    private mutating func read(graph: Data) {
        for field in ProtocolFields(graph) {
            switch field.number {
            case 1: nodes.append(Self.node(field.bytes))
            case 5:
                let constant = Self.constant(field.bytes)
                precondition(constants.updateValue(constant, forKey: constant.name) == nil, "two \(constant.name)")
            case 11: inputs.append(Self.value(field.bytes))
            case 12: outputs.append(Self.value(field.bytes))
            default: break
            }
        }
    }

    private static func node(_ data: Data) -> Node {
        var node = Node()
        for field in ProtocolFields(data) {
            switch field.number {
            case 1: node.inputs.append(field.text)
            case 2: node.outputs.append(field.text)
            case 3: node.name = field.text
            case 4: node.operation = field.text
            case 5:
                let parts = Array(ProtocolFields(field.bytes))
                let name = parts.first { $0.number == 1 }?.text ?? ""
                let integers = parts.filter { $0.number == 3 || $0.number == 8 }.flatMap(\.integers)
                if !integers.isEmpty { node.integers[name] = integers }
                node.reals[name] = parts.first { $0.number == 2 }?.real
                // An attribute of value 0 has no field but its type.
                if parts.contains(where: { $0.number == 20 && $0.integer == 2 }), integers.isEmpty {
                    node.integers[name] = [0]
                }
            default: break
            }
        }
        return node
    }

    private static func constant(_ data: Data) -> Constant {
        var constant = Constant()
        for field in ProtocolFields(data) {
            switch field.number {
            case 1: constant.dimensions += field.integers
            case 7: constant.integers += field.integers
            case 8: constant.name = field.text
            case 9:
                constant.reals = stride(from: 0, to: field.bytes.count, by: 4).map { index in
                    field.bytes.withUnsafeBytes {
                        Float(
                            bitPattern: UInt32(littleEndian: $0.loadUnaligned(fromByteOffset: index, as: UInt32.self)))
                    }
                }
            default: break
            }
        }
        return constant
    }

    private static func value(_ data: Data) -> Value {
        var value = Value()
        for field in ProtocolFields(data) {
            if field.number == 1 { value.name = field.text }
            guard field.number == 2 else { continue }
            // Type, tensor, shape, dimensions.
            let tensor = ProtocolFields(field.bytes).first { $0.number == 1 }?.bytes ?? Data()
            let shape = ProtocolFields(tensor).first { $0.number == 2 }?.bytes ?? Data()
            for dimension in ProtocolFields(shape) where dimension.number == 1 {
                let size = ProtocolFields(dimension.bytes).first { $0.number == 1 || $0.number == 2 }
                value.dimensions.append(size?.number == 1 ? size?.integer ?? -1 : -1)
                if size?.number == 2 { value.symbols.append(size?.text ?? "") }
            }
        }
        return value
    }
}

/// The fields of a message, in the order of the bytes.
struct ProtocolFields: Sequence, IteratorProtocol {
    struct Field {
        let number: Int
        fileprivate(set) var integer = 0
        fileprivate(set) var bytes = Data()

        var text: String { String(decoding: bytes, as: UTF8.self) }
        var real: Float { Float(bitPattern: UInt32(truncatingIfNeeded: integer)) }

        /// One number, or several in one field.
        var integers: [Int] {
            guard !bytes.isEmpty else { return [integer] }
            var reader = ProtocolFields(bytes)
            var result: [Int] = []
            while reader.position < reader.data.count { result.append(reader.varint()) }
            return result
        }
    }

    private let data: [UInt8]
    private var position = 0

    init(_ data: Data) {
        self.data = [UInt8](data)
    }

    mutating func next() -> Field? {
        guard position < data.count else { return nil }
        let key = varint()
        var field = Field(number: key >> 3)
        switch key & 7 {
        case 0: field.integer = varint()
        case 2: field.bytes = take(varint())
        case 5: field.integer = Int(take(4).reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        default: preconditionFailure("wire type \(key & 7)")
        }
        return field
    }

    private mutating func take(_ count: Int) -> Data {
        defer { position += count }
        return Data(data[position..<position + count])
    }

    private mutating func varint() -> Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let byte = data[position]
            position += 1
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(bitPattern: UInt(value)) }
            shift += 7
        }
    }
}
