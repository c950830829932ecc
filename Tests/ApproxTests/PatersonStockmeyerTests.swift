import Approx
import Foundation
import Testing

@Suite struct PatersonStockmeyerTests {
    private func general(_ basis: Polynomial.Basis, degree: Int) -> Polynomial {
        var random = SplitMix64(seed: UInt64(degree))
        return Polynomial(
            basis: basis, coefficients: (0...degree).map { _ in random.nextUnit() + 0.1 }, domain: -3...5)
    }

    @Test(arguments: 0...63, Polynomial.Basis.allCases) func valueIsThatOfThePolynomial(
        degree: Int, basis: Polynomial.Basis
    ) {
        let polynomial = general(basis, degree: degree)
        let size = polynomial.coefficients.reduce(0) { $0 + abs($1) }
        for preference in PatersonStockmeyer.Preference.allCases {
            let plan = PatersonStockmeyer(polynomial, preferring: preference)
            for x in stride(from: -3.0, through: 5.0, by: 0.125) {
                #expect(abs(plan(x) - polynomial(x)) < 1e-13 * size * Double(degree + 1))
            }
        }
    }

    /// By hand: m - 1 baby steps and floor(d / m) products, one less where m divides d, for the best m.
    @Test(
        arguments: [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (6, 3), (7, 4), (8, 4), (9, 4), (15, 6), (27, 9)],
        Polynomial.Basis.allCases)
    func productsAreThoseOfPatersonAndStockmeyer(expected: (degree: Int, products: Int), basis: Polynomial.Basis) {
        #expect(PatersonStockmeyer(general(basis, degree: expected.degree)).products == expected.products)
    }

    /// By hand: the leading one alone in Horner's rule up to 3, and for 7 two cubics less their constants.
    @Test(arguments: [(0, 0), (1, 1), (2, 1), (3, 1), (7, 6)], Polynomial.Basis.allCases)
    func coefficientsAreMultipliedOnce(expected: (degree: Int, products: Int), basis: Polynomial.Basis) {
        let plan = PatersonStockmeyer(general(basis, degree: expected.degree), preferring: .leastDepth)
        #expect(plan.plaintextProducts == expected.products)
    }

    @Test(arguments: 2...63, Polynomial.Basis.allCases) func leastDepthIsTheLogarithmOfTheDegree(
        degree: Int, basis: Polynomial.Basis
    ) {
        let shallow = PatersonStockmeyer(general(basis, degree: degree), preferring: .leastDepth)
        #expect(shallow.depth == Int.bitWidth - (degree - 1).leadingZeroBitCount)
        #expect(Double(shallow.products) <= 3 * Double(degree).squareRoot() + 2)
    }

    @Test func evenPolynomialsSkipOddSteps() {
        let even = Polynomial(basis: .chebyshev, coefficients: [1, 0, 1, 0, 1], domain: -1...1)
        #expect(PatersonStockmeyer(even).products == 2)
        let power = Polynomial(basis: .monomial, coefficients: [0, 0, 0, 0, 0, 0, 0, 0, 2], domain: -1...1)
        #expect(PatersonStockmeyer(power).products == 3)
        #expect(PatersonStockmeyer(power).depth == 3)
    }
}
