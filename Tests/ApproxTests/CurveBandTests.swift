import Approx
import Testing

@Suite struct CurveBandTests {
    private func constant(_ value: Double, on domain: ClosedRange<Double>) -> Polynomial {
        Polynomial(basis: .monomial, coefficients: [value], domain: domain)
    }

    @Test func onePolynomialIsItsOwnBand() {
        let square = Polynomial(basis: .monomial, coefficients: [0, 0, 4], domain: -2...2)
        let band = CurveBand(of: Approximation(granularity: .layer, polynomials: [square]), at: [-3, -1, 1.5, 2])
        #expect(band.places.map(\.position) == [-1, 1.5, 2])
        #expect(band.places.map(\.median) == [1, 2.25, 4])
        #expect(band.places.allSatisfy { $0.lower == $0.median && $0.upper == $0.median })
    }

    @Test func onlyChannelsFittedThereCount() {
        let wide = (0...10).map { constant(Double($0), on: 0...2) }
        let narrow = (0..<9).map { _ in constant(500, on: 0...1) }
        let approximation = Approximation(granularity: .channel, polynomials: wide + narrow)
        let band = CurveBand(of: approximation, at: [0.5, 1.5])
        #expect(band.places.map(\.median) == [9.5, 5])
        #expect(band.places[1].lower == 1 && band.places[1].upper == 9)
        #expect(band.places[0].upper == 500)
    }

    @Test func whereFewChannelsAreFittedThereIsNone() {
        let polynomials = [constant(1, on: 0...1), constant(2, on: 0...1), constant(3, on: 0...4)]
        let band = CurveBand(of: Approximation(granularity: .channel, polynomials: polynomials), at: [0.5, 2, 5])
        #expect(band.places.map(\.position) == [0.5])
    }
}
