import Approx
import Testing

@Suite struct ErrorMeasuresTests {
    @Test func weighValuesAsOftenAsTheyOccur() {
        let statistics = Samples.statistics([0, 0, 0, 2])
        let zero = Polynomial(basis: .monomial, coefficients: [0], domain: 0...2)
        let errors = ErrorMeasures(of: zero, against: .relu, on: statistics)
        #expect(errors.rootMeanSquare == 1)
        #expect(errors.maximum == 2)
    }

    @Test func agreeWithALoopOverTheValues() {
        let values = Samples.student5(seed: 21, count: 50_000)
        let square = Polynomial(basis: .monomial, coefficients: [0.1, 0.5, 0.2], domain: -1...1)
        let errors = ErrorMeasures(of: square, against: .silu, on: Samples.statistics(values))
        let differences = values.map { abs(square(Double($0)) - ActivationFunction.silu(Double($0))) }
        let expected = (differences.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
        // The fourth moment of the values in the bins, up to the fourth power of their width.
        #expect(abs(errors.rootMeanSquare / expected - 1) < 1e-6)
        #expect(abs(errors.maximum / (differences.max() ?? 0) - 1) < 1e-12)
    }

    @Test func areZeroForAPerfectFitAndForNothing() {
        let line = Polynomial(basis: .chebyshev, coefficients: [3, 2], domain: 1...5)
        #expect(ErrorMeasures(of: line, against: .relu, on: Samples.statistics([1, 2, 5])).maximum == 0)
        #expect(ErrorMeasures(of: line, against: .relu, on: ChannelStatistics()).rootMeanSquare == 0)
    }
}
