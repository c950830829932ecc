/// The degree of a polynomial approximation.
///
/// Degree 1 cannot bend and degrees beyond 63 are past every level budget, so both are refused.
package struct Degree: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// The degrees that a fit accepts.
    package static let allowed = 2...63

    package let value: Int

    /// - Throws: ``ApproxError/degreeOutOfRange(_:allowed:)`` outside ``allowed``.
    package init(_ value: Int) throws(ApproxError) {
        guard Self.allowed.contains(value) else {
            throw .degreeOutOfRange(value, allowed: Self.allowed)
        }
        self.value = value
    }

    package init(from decoder: any Decoder) throws {
        try self.init(decoder.singleValueContainer().decode(Int.self))
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(value)
    }

    package var description: String { String(value) }

    package static func < (lhs: Degree, rhs: Degree) -> Bool { lhs.value < rhs.value }
}
