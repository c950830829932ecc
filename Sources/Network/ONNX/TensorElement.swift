internal import Foundation

/// A tensor of the file as a constant: whole numbers for shapes, reals for weights.
enum Constant {
    case integers(Grid<BatchInteger>)
    case reals(Grid<Float>)

    var dimensions: [Int] {
        switch self {
        case .integers(let grid): grid.dimensions
        case .reals(let grid): grid.dimensions
        }
    }
}

/// The element types of the specification (TensorProto.DataType) that weights and shapes come in.
enum TensorElement: Int32 {
    case float = 1
    case uint8 = 2
    case int8 = 3
    case uint16 = 4
    case int16 = 5
    case int32 = 6
    case int64 = 7
    case bool = 9
    case float16 = 10
    case double = 11
    case uint32 = 12
    case uint64 = 13
    case bfloat16 = 16

    var isReal: Bool {
        switch self {
        case .float, .float16, .double, .bfloat16: true
        default: false
        }
    }
}

extension ONNXTensor {
    /// Decodes the values; `name` stands in errors.
    func constant(named name: String) throws(ModelError) -> Constant {
        guard dataLocation != 1, externalData.isEmpty else { throw .externalData(tensor: name) }
        guard let element = TensorElement(rawValue: dataType) else {
            throw .malformedTensor(name, reason: "its element type \(dataType) is neither a number nor a truth value")
        }
        let dimensions = dims.map(Int.init)
        guard let count = Bounds.count(dimensions) else {
            throw .malformedTensor(name, reason: "its dimensions \(dimensions) are out of bounds")
        }
        if element.isReal {
            let values = reals(of: element)
            guard let grid = Grid(dimensions: dimensions, elements: values) else {
                throw .malformedTensor(name, reason: "it has \(values.count) values and should have \(count)")
            }
            // A bound may be infinite, a weight may not.
            let broken = values.count { count == 1 ? $0.isNaN : !$0.isFinite }
            guard broken == 0 else { throw .nonFiniteWeights(tensor: name, count: broken) }
            return .reals(grid)
        }
        guard let values = integers(of: element) else {
            throw .malformedTensor(name, reason: "a value does not fit 64 bits")
        }
        guard let grid = Grid(dimensions: dimensions, elements: values.map { BatchInteger($0) }) else {
            throw .malformedTensor(name, reason: "it has \(values.count) values and should have \(count)")
        }
        return .integers(grid)
    }

    private func reals(of element: TensorElement) -> [Float] {
        switch element {
        case .double:
            rawData.isEmpty ? doubleData.map { Float($0) } : words(UInt64.self).map { Float(Double(bitPattern: $0)) }
        case .float16:
            (rawData.isEmpty ? int32Data.map { UInt16(truncatingIfNeeded: $0) } : words(UInt16.self))
                .map(Self.half)
        case .bfloat16:
            (rawData.isEmpty ? int32Data.map { UInt16(truncatingIfNeeded: $0) } : words(UInt16.self))
                .map { Float(bitPattern: UInt32($0) << 16) }
        default:
            rawData.isEmpty ? floatData : words(UInt32.self).map { Float(bitPattern: $0) }
        }
    }

    private func integers(of element: TensorElement) -> [Int]? {
        if rawData.isEmpty {
            switch element {
            case .int64: return int64Data.map(Int.init)
            case .uint32, .uint64: return Self.exact(uint64Data)
            default: return int32Data.map(Int.init)
            }
        }
        return switch element {
        case .uint8, .bool: rawData.map(Int.init)
        case .int8: words(UInt8.self).map { Int(Int8(bitPattern: $0)) }
        case .uint16: words(UInt16.self).map(Int.init)
        case .int16: words(UInt16.self).map { Int(Int16(bitPattern: $0)) }
        case .int32: words(UInt32.self).map { Int(Int32(bitPattern: $0)) }
        case .uint32: words(UInt32.self).map(Int.init)
        case .uint64: Self.exact(words(UInt64.self))
        default: words(UInt64.self).map { Int(bitPattern: UInt($0)) }
        }
    }

    private static func exact(_ values: [UInt64]) -> [Int]? {
        let exact = values.compactMap { Int(exactly: $0) }
        return exact.count == values.count ? exact : nil
    }

    /// The raw bytes as little-endian words; an incomplete last word is left out and shows in the count.
    private func words<Word: FixedWidthInteger>(_: Word.Type) -> [Word] {
        let width = MemoryLayout<Word>.size
        return rawData.withUnsafeBytes { bytes in
            (0..<bytes.count / width).map {
                Word(littleEndian: bytes.loadUnaligned(fromByteOffset: $0 * width, as: Word.self))
            }
        }
    }

    /// IEEE 754 half precision: one bit of sign, five of exponent, ten of fraction.
    private static func half(_ bits: UInt16) -> Float {
        let sign: Float = bits & 0x8000 == 0 ? 1 : -1
        let exponent = Int(bits >> 10 & 0x1f)
        let fraction = Float(bits & 0x3ff) / 1024
        switch exponent {
        case 0: return sign * Float(sign: .plus, exponent: -14, significand: fraction)
        case 31: return fraction == 0 ? sign * .infinity : .nan
        default: return sign * Float(sign: .plus, exponent: exponent - 15, significand: 1 + fraction)
        }
    }
}
