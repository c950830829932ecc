/// Polynomials that are applied one after the other, the first to x.
///
/// A composite of a few low degrees reaches what one polynomial would need their product for, at the depth of their sum
/// of logarithms.
package struct CompositePolynomial: Hashable, Codable, Sendable {
    /// In the order of their application; never empty.
    package let components: [Polynomial]

    package init(components: [Polynomial]) {
        precondition(!components.isEmpty, "a composite has a component")
        self.components = components
    }

    /// Reads a composite exactly.
    ///
    /// - Throws: `DecodingError` for no components, and for one that is no polynomial.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        components = try container.decode([Polynomial].self, forKey: .components)
        guard !components.isEmpty else {
            throw DecodingError.dataCorruptedError(
                forKey: .components, in: container, debugDescription: "a composite needs at least one component")
        }
    }

    /// The value at `x`.
    package func callAsFunction(_ x: Double) -> Double {
        components.reduce(x) { $1($0) }
    }

    /// The degree of the one polynomial that the composite is.
    package var degree: Int {
        components.reduce(1) { $0 * $1.degree }
    }

    /// Levels that the components take one after the other: ceil(log2(d + 1)) for a degree of d.
    package var depth: Int {
        components.reduce(0) { $0 + Int.bitWidth - $1.degree.leadingZeroBitCount }
    }
}
