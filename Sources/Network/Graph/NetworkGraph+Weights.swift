package import Foundation

extension NetworkGraph {
    /// Changes whenever the meaning of the bytes does.
    private static let weightsVersion: UInt8 = 1
    private static let weightsSignature = Data("CWTS".utf8)

    /// The weights and biases of all nodes as bytes, exact to the bit: what a method that refits them changes.
    ///
    /// Layout: `CWTS`, the version, then the tensors of each node that has any, in the order of the nodes: the length in
    /// 32 bits and the values as IEEE-754 singles, all little-endian.
    package func encodedWeights() -> Data {
        var data = Self.weightsSignature
        data.append(Self.weightsVersion)
        for tensor in nodes.flatMap(\.operation.tensors) {
            withUnsafeBytes(of: UInt32(tensor.count).littleEndian) { data.append(contentsOf: $0) }
            for value in tensor {
                withUnsafeBytes(of: value.bitPattern.littleEndian) { data.append(contentsOf: $0) }
            }
        }
        return data
    }

    /// The same network with the weights that ``encodedWeights()`` wrote for one of the same architecture.
    ///
    /// - Throws: ``InferenceError/damagedWeights(reason:)``
    package func withWeights(decoding data: Data) throws(InferenceError) -> NetworkGraph {
        let header = Self.weightsSignature.count + 1
        guard data.starts(with: Self.weightsSignature), data.count >= header else {
            throw .damagedWeights(reason: "they do not begin as weights do")
        }
        var reader = WeightReader(bytes: [UInt8](data.dropFirst(Self.weightsSignature.count)))
        let version = reader.byte()
        guard version == Self.weightsVersion else {
            throw .damagedWeights(reason: "their version is \(version), and \(Self.weightsVersion) is known")
        }
        var graph = self
        for index in graph.nodes.indices {
            let expected = graph.nodes[index].operation.tensors.map(\.count)
            guard !expected.isEmpty else { continue }
            let name = graph.nodes[index].name
            let tensors = try expected.map { count throws(InferenceError) in try reader.tensor(of: count, for: name) }
            graph.nodes[index].operation = graph.nodes[index].operation.with(tensors: tensors)
        }
        guard reader.isAtEnd else { throw .damagedWeights(reason: "bytes follow the last tensor") }
        return graph
    }
}

private struct WeightReader {
    let bytes: [UInt8]
    private var position = 0

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    var isAtEnd: Bool { position == bytes.count }

    mutating func byte() -> UInt8 {
        defer { position += 1 }
        return bytes[position]
    }

    mutating func tensor(of count: Int, for node: String) throws(InferenceError) -> [Float] {
        guard bytes.count - position >= 4, word() == UInt32(count), bytes.count - position >= 4 * count else {
            throw .damagedWeights(reason: "node \(node) has a tensor of \(count) values, and there are others")
        }
        var values: [Float] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(Float(bitPattern: word())) }
        if let wrong = values.first(where: { !$0.isFinite }) {
            throw .damagedWeights(reason: "node \(node) has the value \(wrong)")
        }
        return values
    }

    private mutating func word() -> UInt32 {
        defer { position += 4 }
        return (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << (8 * UInt32($1)) }
    }
}

extension Operation {
    /// What training and refitting may change, in a fixed order.
    fileprivate var tensors: [[Float]] {
        switch self {
        case .convolution(let convolution): [convolution.weights, convolution.bias]
        case .linear(let linear): [linear.weights, linear.bias]
        case .affine(let scale, let shift): [scale, shift]
        default: []
        }
    }

    fileprivate func with(tensors: [[Float]]) -> Operation {
        switch self {
        case .convolution(var convolution):
            (convolution.weights, convolution.bias) = (tensors[0], tensors[1])
            return .convolution(convolution)
        case .linear(var linear):
            (linear.weights, linear.bias) = (tensors[0], tensors[1])
            return .linear(linear)
        case .affine:
            return .affine(scale: tensors[0], shift: tensors[1])
        default:
            return self
        }
    }
}
