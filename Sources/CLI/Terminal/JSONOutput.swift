internal import Foundation

/// Stable JSON: sorted keys, one document.
enum JSONOutput {
    /// Prints `value` on standard output, with a newline at the end.
    static func print(_ value: some Encodable) throws {
        try StandardOutput.write(try data(value))
    }

    /// `value` as the content of a file.
    static func data(_ value: some Encodable) throws -> Data {
        try encoder.encode(value) + Data("\n".utf8)
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return encoder
    }
}
