internal import Foundation
internal import SwiftProtobuf

/// The bytes of a model file: told apart from other files and decoded.
enum ModelFile {
    static func model(from file: Data) throws(ModelError) -> ONNXModel {
        guard !file.isEmpty else { throw .empty }
        switch file.withUnsafeBytes(Self.scan) {
        case .whole: break
        case .cut(let expected): throw .truncated(bytes: file.count, expected: expected)
        case .broken: throw .damaged
        case .foreign: throw .notONNX(found: Self.kind(of: file))
        }
        var options = BinaryDecodingOptions()
        options.discardUnknownFields = true
        do {
            return try ONNXModel(serializedBytes: file, options: options)
        } catch {
            throw .damaged
        }
    }

    private enum Extent: Equatable {
        case whole
        /// A field should reach to byte `expected`.
        case cut(expected: Int)
        /// It starts like a model, and something follows that no field looks like.
        case broken
        case foreign
    }

    /// Walks over the outermost fields, so that a file that was cut short is told apart from one of another kind.
    ///
    /// Writers put the fields in order, so an ONNX file starts with `ir_version` (tag 1, a number).
    private static func scan(_ bytes: UnsafeRawBufferPointer) -> Extent {
        guard bytes[0] == 0x08 else { return .foreign }
        var position = 0
        while position < bytes.count {
            guard let tag = varint(bytes, &position) else { return unfinished(bytes, position) }
            switch tag & 7 {
            case 0:
                guard varint(bytes, &position) != nil else { return unfinished(bytes, position) }
            case 1:
                position += 8
            case 5:
                position += 4
            case 2:
                guard let length = varint(bytes, &position) else { return unfinished(bytes, position) }
                // A message may have 2 GiB at most.
                guard length <= Int32.max else { return .broken }
                position += Int(length)
            default:
                return .broken
            }
        }
        return position == bytes.count ? .whole : .cut(expected: position)
    }

    /// Where a number did not end: the file does, or the number is too long to be one.
    private static func unfinished(_ bytes: UnsafeRawBufferPointer, _ position: Int) -> Extent {
        position == bytes.count ? .cut(expected: bytes.count + 1) : .broken
    }

    /// The variable-length number at `position`, which moves behind it; nil where the bytes end or it has none.
    private static func varint(_ bytes: UnsafeRawBufferPointer, _ position: inout Int) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard position < bytes.count else { return nil }
            let byte = bytes[position]
            position += 1
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    private static func kind(of file: Data) -> String {
        let magics: [([UInt8], String)] = [
            (Array("PK".utf8), "a zip archive (a PyTorch .pt or a .keras file?)"),
            ([0x89] + Array("HDF".utf8), "an HDF5 file (a Keras .h5?)"),
            ([0x80, 0x02], "a Python pickle (an old PyTorch .pt?)"),
            ([0x1f, 0x8b], "a gzip file; unpack it first"),
            (Array("<".utf8), "a web page or XML"),
            (Array("{".utf8), "JSON"),
        ]
        return magics.first { file.starts(with: $0.0) }?.1 ?? "something else"
    }
}
