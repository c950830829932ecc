/// Quartics that an encrypted circuit can express by two squarings: their variable is moved by c3 / 4 c4, of which a circuit
/// bears 16 times the domain's reach, so a degree 4 must not be a degree 3 in disguise.
extension Polynomial {
    /// The least |c4| over |c3|, in powers of x / reach; with room for ranges that turn out wider.
    private static let leastQuarticRatio = 1.0 / 48

    /// What the fourth power lacks.
    ///
    /// - Parameter powers: Of x / reach, five of them.
    /// - Returns: 0 where nothing is missing; else at most a 48th of the cubic coefficient.
    static func missingQuartic(in powers: [Double]) -> Double {
        let least = leastQuarticRatio * abs(powers[3])
        return abs(powers[4]) < least ? (powers[4] < 0 ? -least : least) - powers[4] : 0
    }

    /// Itself, or where it is of degree 4 and almost of degree 3 with as much of the fourth power as two squarings need.
    package var inTwoSquarings: Polynomial {
        guard degree == 4 else { return self }
        let reach = max(abs(domain.lowerBound), abs(domain.upperBound))
        var scale = 1.0
        let missing = Self.missingQuartic(
            in: unscaledPowers.map { power in
                defer { scale *= reach }
                return power * scale
            })
        guard missing != 0 else { return self }
        // (x / reach)^4 in powers of t, x = center + halfWidth t.
        let (constant, slope) = (center / reach, halfWidth / reach)
        var powers = converted(to: .monomial).coefficients
        let binomials = [1.0, 4, 6, 4, 1]
        for power in powers.indices {
            var term = missing * binomials[power]
            for _ in 0..<power { term *= slope }
            for _ in power..<4 { term *= constant }
            powers[power] += term
        }
        return Polynomial(basis: .monomial, coefficients: powers, domain: domain).converted(to: basis)
    }
}
