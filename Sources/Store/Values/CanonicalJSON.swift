internal import Checksum
internal import Foundation

/// JSON whose bytes depend on the value only: keys sorted, no white space, doubles in shortest exact form.
///
/// Hashes over settings and payloads are taken from it.
package enum CanonicalJSON {
    /// The canonical text of `value`.
    ///
    /// - Throws: ``StoreError/unencodable(_:_:)`` if `value` holds what JSON cannot, such as NaN.
    package static func text(of value: some Encodable) throws(StoreError) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(value), as: UTF8.self)
        } catch {
            throw .unencodable(String(describing: type(of: value)), String(describing: error))
        }
    }

    /// SHA-256 of the canonical text of `value`, as 64 hexadecimal digits.
    ///
    /// - Throws: ``StoreError/unencodable(_:_:)`` if `value` holds what JSON cannot.
    package static func hash(of value: some Encodable) throws(StoreError) -> String {
        SHA256.hex(of: Data(try text(of: value).utf8))
    }

    /// Reads `text` back.
    ///
    /// - Parameter what: Names the text in the error, such as "payload of job 7".
    /// - Throws: ``StoreError/undecodable(_:_:)`` if the text is not JSON of that type.
    package static func value<Value: Decodable>(
        _ type: Value.Type, from text: String, of what: @autoclosure () -> String
    ) throws(StoreError) -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(text.utf8))
        } catch {
            throw .undecodable(what(), String(describing: error))
        }
    }
}
