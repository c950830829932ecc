extension CompositeReLU {
    private enum CodingKeys: String, CodingKey {
        case precision, bound, sign, error
    }

    /// Reads an approximation exactly.
    ///
    /// - Throws: `DecodingError` for a precision that there is not, a bound that is not finite and positive, and an error
    ///   that is above what the precision says.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        precision = try container.decode(Int.self, forKey: .precision)
        guard Self.precisions.contains(precision) else {
            throw DecodingError.dataCorruptedError(
                forKey: .precision, in: container, debugDescription: "there is no precision \(precision)")
        }
        bound = try container.decode(Double.self, forKey: .bound)
        guard bound.isFinite, bound > 0 else {
            throw DecodingError.dataCorruptedError(
                forKey: .bound, in: container, debugDescription: "the bound \(bound) is not finite and positive")
        }
        sign = try container.decode(CompositePolynomial.self, forKey: .sign)
        error = try container.decode(Double.self, forKey: .error)
        let allowed = bound * Double(sign: .plus, exponent: -precision, significand: 1)
        guard 0...allowed ~= error else {
            throw DecodingError.dataCorruptedError(
                forKey: .error, in: container, debugDescription: "the error \(error) is outside 0...\(allowed)")
        }
    }
}
