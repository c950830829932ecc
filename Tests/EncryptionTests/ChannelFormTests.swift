import Approx
import Encryption
import Testing

@Suite struct ChannelFormTests {
    private func value(_ form: ChannelForm, at x: Double) -> Double {
        let u = (x + form.shift) * form.factor
        let v = u * u + form.constant
        return form.coefficients[0] * u + form.coefficients[1] * v + form.coefficients[2] * v * v + form.offset
    }

    @Test(arguments: [
        [0.3], [0.1, 0.5], [0.2, 0.5, 0.1], [0.2, 0.5, -0.1], [0, 0.5, 1e-7], [0, 0, 0.4], [0, 0, 0, 0, 1],
        [0.4, 0.55, 0.1, -0.011, 0.00036], [0.5, 0.5, 0.08, -0.004, 9e-6], [0.1, 0.2, 30, 0, 1e-3],
        [0, 1, 0, 0.02, -0.01],
    ])
    func squaringsGiveThePolynomial(coefficients: [Double]) throws {
        let reach = 7.0
        let scaled = coefficients.enumerated().map { power, value in
            (0..<power).reduce(value) { product, _ in product * reach }
        }
        let polynomial = Polynomial(basis: .monomial, coefficients: scaled, domain: -reach...reach)
        let form = try #require(ChannelForm(polynomial))
        for x in stride(from: -reach, through: reach, by: 0.25) {
            #expect(abs((x + form.shift) * form.factor) <= 1 + 1e-12)
            let expected = polynomial(x)
            #expect(abs(value(form, at: x) - expected) < 1e-10 * max(1, abs(expected)))
        }
    }

    @Test func aNearlyStraightLineKeepsItsLinearPart() throws {
        let polynomial = Polynomial(basis: .monomial, coefficients: [0, 1, 1e-6], domain: -1...1)
        let form = try #require(ChannelForm(polynomial))
        // Completing the square would bring constants of 250,000 and multiply noise with them.
        #expect(form.coefficients[0] == 1)
        #expect(abs(form.offset) < 1)
    }

    @Test func aQuarticThatIsNothingIsLeftOut() throws {
        let polynomial = Polynomial(basis: .monomial, coefficients: [0.1, 0.5, 0.1, 1e-9, 1e-13], domain: -1...1)
        let form = try #require(ChannelForm(polynomial))
        #expect(form.coefficients[2] == 0)
        for x in stride(from: -1, through: 1, by: 0.25) {
            #expect(abs(value(form, at: x) - polynomial(x)) < 1e-8)
        }
    }

    @Test(arguments: [[0, 0, 0, 1], [0, 0, 0, 1, 1e-6], [0, 0, 0, 0, 0, 1.0]])
    func whatTwoSquaringsCannotExpressIsRefused(coefficients: [Double]) {
        let polynomial = Polynomial(basis: .monomial, coefficients: coefficients, domain: -1...1)
        #expect(ChannelForm(polynomial) == nil)
    }
}
