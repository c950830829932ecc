internal import Checksum
internal import Foundation
internal import GRDB

/// A running SHA-256 over rows.
///
/// Each value goes in as a letter for its type and then its bytes: nothing for NULL, eight little-endian bytes for an
/// integer or the bit pattern of a double, and the length in eight bytes before the bytes of a text or a blob. A row
/// begins with the number of its columns, so no two sequences of rows have the same bytes.
struct RowHash: ~Copyable {
    private let hash = SHA256()
    private var bytes: [UInt8] = []
    private(set) var rows = 0

    mutating func append(_ row: Row) {
        rows += 1
        bytes.removeAll(keepingCapacity: true)
        append("r", UInt64(row.count))
        for index in 0..<row.count {
            let value: DatabaseValue = row[index]
            switch value.storage {
            case .null:
                bytes.append(UInt8(ascii: "n"))
            case .int64(let number):
                append("i", UInt64(bitPattern: number))
            case .double(let number):
                append("d", number.bitPattern)
            case .string(let text):
                append("t", UInt64(text.utf8.count))
                bytes.append(contentsOf: text.utf8)
            case .blob(let data):
                append("b", UInt64(data.count))
                bytes.append(contentsOf: data)
            }
        }
        bytes.withUnsafeBytes { hash.update($0) }
    }

    /// Ends the computation; call it once.
    func finish() -> String { hash.finish() }

    private mutating func append(_ type: Unicode.Scalar, _ number: UInt64) {
        bytes.append(UInt8(ascii: type))
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}
