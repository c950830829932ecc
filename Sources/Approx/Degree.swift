/// The degree of a polynomial approximation.
///
/// Degree 1 cannot bend and polynomials beyond degree 63 are past every level budget, so both are refused. Beyond are the
/// degrees of composites only, which are products of small ones.
package struct Degree: Hashable, Comparable, Codable, Sendable, CustomStringConvertible {
    /// The degrees that a fit of one polynomial accepts.
    package static let allowed = 2...63

    package let value: Int

    /// - Throws: ``ApproxError/degreeOutOfRange(_:allowed:)`` outside ``allowed``, unless composites have that degree.
    package init(_ value: Int) throws(ApproxError) {
        guard Self.allowed.contains(value) || CompositeReLU.precision(ofDegree: value) != nil else {
            throw .degreeOutOfRange(value, allowed: Self.allowed)
        }
        self.value = value
    }

    /// The degree of ``CompositeReLU`` of `precision`.
    ///
    /// - Throws: ``ApproxError/precisionOutOfRange(_:allowed:)``.
    package init(ofComposite precision: Int) throws(ApproxError) {
        value = try CompositeReLU.degree(ofPrecision: precision)
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
