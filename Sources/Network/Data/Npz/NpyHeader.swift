internal import Foundation

/// What stands before the values of a `.npy` array.
///
/// Source: NumPy, "numpy.lib.format", versions 1.0 to 3.0.
struct NpyHeader {
    /// NumPy's name of the type, such as `<f4`.
    let type: String
    let shape: [Int]
    /// Bytes before the first value.
    let size: Int

    /// Values in the array; nil where the shape overflows.
    var count: Int? { shape.checkedProduct }

    /// Reads the header from the front of `stream`.
    ///
    /// - Parameters:
    ///   - path: File and array, for messages.
    ///   - total: Bytes in the whole stream.
    /// - Throws: ``DataError`` where it is no `.npy` header, or the array lies in Fortran order.
    init(_ stream: ByteStream, path: String, of total: Int) throws(DataError) {
        let prefix = try Self.read(10, from: stream, of: total)
        guard prefix.prefix(6) == [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59] else {
            throw .corruptArchive(path: path, reason: "the array does not begin as .npy")
        }
        let length: Int
        switch prefix[6] {
        case 1:
            length = Int(prefix[8]) | Int(prefix[9]) << 8
            size = 10 + length
        case 2, 3:
            let high = try Self.read(2, from: stream, of: total)
            length = Int(prefix[8]) | Int(prefix[9]) << 8 | Int(high[0]) << 16 | Int(high[1]) << 24
            size = 12 + length
        default:
            throw .corruptArchive(path: path, reason: "the array is of .npy version \(prefix[6]), not 1 to 3")
        }
        guard length <= 1 << 16 else {
            throw .corruptArchive(path: path, reason: "the array's header claims \(length) bytes")
        }
        let text = String(decoding: try Self.read(length, from: stream, of: total), as: UTF8.self)
        guard let type = Self.value(of: "descr", in: text), let order = Self.value(of: "fortran_order", in: text),
            let extents = Self.value(of: "shape", in: text)
        else { throw .corruptArchive(path: path, reason: "the array's header lacks descr, fortran_order or shape") }
        guard order == "False" else {
            throw .corruptArchive(
                path: path, reason: "the array lies in Fortran order; save numpy.ascontiguousarray of it")
        }
        let numbers = extents.split(separator: ",").map { Int($0.filter { $0 != " " }) }
        let shape = numbers.compactMap(\.self)
        guard shape.count == numbers.count, shape.allSatisfy({ $0 >= 0 }) else {
            throw .corruptArchive(path: path, reason: "the array's shape is (\(extents))")
        }
        self.type = type
        self.shape = shape
    }

    /// The text of one value of the Python dictionary: inside its quotes or parentheses, or up to the comma.
    private static func value(of key: String, in text: String) -> String? {
        guard let keyRange = text.range(of: "'\(key)':") else { return nil }
        let rest = text[keyRange.upperBound...].drop { $0 == " " }
        return switch rest.first {
        case "'": String(rest.dropFirst().prefix { $0 != "'" })
        case "(": String(rest.dropFirst().prefix { $0 != ")" })
        case "[": String(rest.prefix { $0 != "]" }) + "]"
        default: String(rest.prefix { $0 != "," && $0 != "}" && $0 != " " })
        }
    }

    private static func read(_ count: Int, from stream: ByteStream, of total: Int) throws(DataError) -> [UInt8] {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 1)
        defer { buffer.deallocate() }
        try stream.fill(buffer, of: total)
        return Array(buffer)
    }
}
