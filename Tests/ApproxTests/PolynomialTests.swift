import Approx
import Foundation
import Testing

@Suite struct PolynomialTests {
    private func random(_ basis: Polynomial.Basis, degree: Int, seed: UInt64) -> Polynomial {
        var random = SplitMix64(seed: seed)
        let coefficients = (0...degree).map { _ in 2 * random.nextUnit() - 1 }
        let low = 4 * random.nextUnit() - 5
        return Polynomial(basis: basis, coefficients: coefficients, domain: low...(low + 0.5 + 6 * random.nextUnit()))
    }

    private let shares = stride(from: -0.25, through: 1.25, by: 0.0625)

    private func points(_ polynomial: Polynomial) -> [Double] {
        let domain = polynomial.domain
        return shares.map { domain.lowerBound + $0 * (domain.upperBound - domain.lowerBound) }
    }

    @Test(arguments: 0...20) func powersAreSummed(degree: Int) {
        let polynomial = random(.monomial, degree: degree, seed: 1)
        for x in points(polynomial) {
            let t = (x - polynomial.center) / polynomial.halfWidth
            let expected = polynomial.coefficients.enumerated().reduce(0) { $0 + $1.1 * pow(t, Double($1.0)) }
            #expect(abs(polynomial(x) - expected) <= 1e-13 * max(1, pow(1.5, Double(degree))))
        }
    }

    @Test(arguments: 0...20) func chebyshevPolynomialsAreCosines(degree: Int) {
        let polynomial = random(.chebyshev, degree: degree, seed: 2)
        for x in points(polynomial) where polynomial.domain.contains(x) {
            let angle = acos(min(max((x - polynomial.center) / polynomial.halfWidth, -1), 1))
            let expected = polynomial.coefficients.enumerated().reduce(0) { $0 + $1.1 * cos(Double($1.0) * angle) }
            // acos loses half of the digits at the ends.
            #expect(abs(polynomial(x) - expected) < 1e-11)
        }
    }

    @Test(arguments: [-2.0...2, -3 ... -0.5, 0.1...7, 9.9...10.1], Polynomial.Basis.allCases)
    func aQuarticNearACubicIsMovedAwayFromIt(domain: ClosedRange<Double>, basis: Polynomial.Basis) {
        let reach = max(abs(domain.lowerBound), abs(domain.upperBound))
        for quartic in [0.0, 1e-6, -1e-6] {
            let polynomial = Polynomial(
                basis: .monomial, coefficients: [0.2, 0.5, 0.1, -0.02, quartic], domain: domain
            ).converted(to: basis)
            let moved = polynomial.inTwoSquarings
            let powers = moved.unscaledPowers
            #expect(moved.basis == basis && moved.domain == domain)
            #expect(abs(powers[3] / (4 * powers[4])) < 16 * reach)
            #expect(quartic == 0 || (powers[4] < 0) == (quartic < 0))
            let added = 0.02 / 40 * polynomial.halfWidth / reach
            #expect(
                points(polynomial).allSatisfy { x in
                    abs(moved(x) - polynomial(x)) <= added * pow(polynomial.scaled(x), 4) + 1e-12
                })
        }
    }

    @Test func otherPolynomialsStayAsTheyAre() {
        let quartic = Polynomial(basis: .monomial, coefficients: [0.2, 0.5, 0.1, -0.02, 0.01], domain: -1...2)
        let cubic = Polynomial(basis: .monomial, coefficients: [0.2, 0.5, 0.1, -0.02], domain: -1...2)
        let square = Polynomial(basis: .monomial, coefficients: [0.2, 0.5, 0.1, 0, 0], domain: -1...1)
        for polynomial in [quartic, cubic, square] { #expect(polynomial.inTwoSquarings == polynomial) }
    }

    @Test(arguments: 0...15, Polynomial.Basis.allCases) func basisDoesNotChangeTheValue(
        degree: Int, basis: Polynomial.Basis
    ) {
        let polynomial = random(basis, degree: degree, seed: 3)
        for other in Polynomial.Basis.allCases {
            let converted = polynomial.converted(to: other)
            #expect(converted.basis == other)
            #expect(converted.degree == degree)
            for x in points(polynomial) where polynomial.domain.contains(x) {
                #expect(abs(converted(x) - polynomial(x)) < 1e-15 * pow(3, Double(degree)) + 1e-14)
            }
        }
    }

    @Test func knownChebyshevPolynomials() {
        let fifth = Polynomial(basis: .chebyshev, coefficients: [0, 0, 0, 0, 0, 1], domain: -1...1)
        #expect(fifth.converted(to: .monomial).coefficients == [0, 5, 0, -20, 0, 16])
        let cube = Polynomial(basis: .monomial, coefficients: [0, 0, 0, 1], domain: -1...1)
        #expect(cube.converted(to: .chebyshev).coefficients == [0, 0.75, 0, 0.25])
    }

    @Test(arguments: 0...8, Polynomial.Basis.allCases) func unscaledPowersGiveTheSameValue(
        degree: Int, basis: Polynomial.Basis
    ) {
        let polynomial = random(basis, degree: degree, seed: 4)
        let powers = polynomial.unscaledPowers
        #expect(powers.count == degree + 1)
        for x in points(polynomial) {
            let terms = powers.enumerated().map { $0.element * pow(x, Double($0.offset)) }
            let size = terms.reduce(1) { $0 + abs($1) }
            #expect(abs(terms.reduce(0, +) - polynomial(x)) < 1e-12 * size)
        }
    }

    @Test func domainOfOnePointStaysFinite() {
        let polynomial = Polynomial(basis: .monomial, coefficients: [1, 2], domain: 3...3)
        #expect(polynomial(3) == 1)
        #expect(polynomial(4) == 3)
    }

    @Test func codingKeepsEveryBit() throws {
        var random = SplitMix64(seed: 8)
        var coefficients: [Double] = [0.1, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1.0 / 3]
        while coefficients.count < 300 {
            let value = Double(bitPattern: random.next())
            if value.isFinite { coefficients.append(value) }
        }
        let polynomial = Polynomial(basis: .chebyshev, coefficients: coefficients, domain: -0.1...(1.0 / 7))
        let decoded = try JSONDecoder().decode(Polynomial.self, from: JSONEncoder().encode(polynomial))
        #expect(decoded.coefficients.map(\.bitPattern) == coefficients.map(\.bitPattern))
        #expect(decoded == polynomial)
    }

    @Test(arguments: [
        #"{"basis": "monomial", "coefficients": [], "domain": [0, 1]}"#,
        #"{"basis": "monomial", "coefficients": [1, null], "domain": [0, 1]}"#,
        #"{"basis": "hermite", "coefficients": [1], "domain": [0, 1]}"#,
        #"{"basis": "monomial", "coefficients": [1], "domain": [1, 0]}"#,
    ]) func nonsenseDoesNotDecode(json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder().decode(Polynomial.self, from: Data(json.utf8)) }
    }
}
