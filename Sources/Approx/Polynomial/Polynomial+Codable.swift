extension Polynomial {
    private enum CodingKeys: String, CodingKey {
        case basis, coefficients, domain
    }

    /// Reads a polynomial exactly: every double comes back with the bits it was written with.
    ///
    /// - Throws: `DecodingError` for no coefficients, or for a coefficient or domain that is not finite.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let basis = try container.decode(Basis.self, forKey: .basis)
        let coefficients = try container.decode([Double].self, forKey: .coefficients)
        let domain = try container.decode(ClosedRange<Double>.self, forKey: .domain)
        guard !coefficients.isEmpty, coefficients.allSatisfy(\.isFinite) else {
            throw DecodingError.dataCorruptedError(
                forKey: .coefficients, in: container,
                debugDescription: "a polynomial needs at least one coefficient, and finite ones only")
        }
        guard domain.lowerBound.isFinite, domain.upperBound.isFinite else {
            throw DecodingError.dataCorruptedError(
                forKey: .domain, in: container, debugDescription: "a polynomial needs a finite domain")
        }
        self.init(basis: basis, coefficients: coefficients, domain: domain)
    }
}
