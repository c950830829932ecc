/// Quartics that an encrypted circuit can express by two squarings: their variable is moved by c3 / 4 c4, of which a circuit
/// bears 16 times the domain's reach, so a degree 4 must not be a degree 3 in disguise.
extension Polynomial {
    /// How far completing a quartic may move a variable, in reaches; what is left to 16 is for rounding.
    private static let largestMove = 12.0

    /// What the fourth power lacks.
    ///
    /// - Parameters:
    ///   - powers: Five coefficients, of powers of a variable t = (x - c) / h.
    ///   - scale: h over the largest magnitude of x, which is at least |c|.
    /// - Returns: 0 where nothing is missing; else at most `scale` times a 44th of the cubic coefficient.
    static func missingQuartic(in powers: [Double], scale: Double) -> Double {
        // In x that is a move by h c3 / 4 c4 - c.
        let least = scale * abs(powers[3]) / (4 * (largestMove - 1))
        return abs(powers[4]) < least ? (powers[4] < 0 ? -least : least) - powers[4] : 0
    }

    /// Itself, or where it is of degree 4 and almost of degree 3 with as much of the fourth power of its scaled variable as
    /// two squarings need.
    package var inTwoSquarings: Polynomial {
        guard degree == 4 else { return self }
        var powers = converted(to: .monomial).coefficients
        let reach = max(abs(domain.lowerBound), abs(domain.upperBound))
        guard reach > 0 else { return self }
        let missing = Self.missingQuartic(in: powers, scale: halfWidth / reach)
        guard missing != 0 else { return self }
        powers[4] += missing
        return Polynomial(basis: .monomial, coefficients: powers, domain: domain).converted(to: basis)
    }
}
