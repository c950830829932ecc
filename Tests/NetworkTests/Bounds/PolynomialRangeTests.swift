import Approx
import Network
import Testing

/// The range of a single polynomial, seen through a network that is nothing else.
@Suite struct PolynomialRangeTests {
    private func range(of polynomial: Polynomial, on interval: ClosedRange<Double>) throws -> Interval {
        let shape = TensorShape(channels: 1)
        let graph = NetworkGraph(
            values: [.init(name: "x", shape: shape), .init(name: "y", shape: shape)], input: 0, output: 1,
            nodes: [.init(name: "p", operation: .activation(site: 0), inputs: [0], output: 1)],
            sites: [.init(name: "p", function: .relu, shape: shape)])
        let box = InputBox(shape: shape, intervals: [Interval(interval.lowerBound, interval.upperBound)])
        let plan = [Approximation(granularity: .layer, polynomials: [polynomial])]
        return try CertifiedRanges(of: graph, plan: plan, box: box, usesAffineForms: false, threads: 1) { _ in }.output[
            0]
    }

    @Test(arguments: [0, 1, 2, 3, 4, 5, 7, 12, 27, 63])
    func rangesAgreeWithDenseSampling(degree: Int) throws {
        var numbers = TestNumbers(seed: UInt64(degree + 1))
        for trial in 0..<20 {
            let polynomial = Polynomial(
                basis: .chebyshev, coefficients: numbers.floats(degree + 1).map(Double.init), domain: -2...3)
            // Inside of the domain, over its edge, and far beyond.
            let reach = [0.5, 4, 40][trial % 3]
            let middle = 3 * Double(numbers.float())
            let interval = middle - reach...middle + reach
            let found = try range(of: polynomial, on: interval)
            let samples = (0...20_000).map { polynomial(middle + reach * (Double($0) / 10_000 - 1)) }
            let (lower, upper) = (samples.min() ?? 0, samples.max() ?? 0)
            #expect(found.lower <= lower && found.upper >= upper)
            // Degree 63 may use up its search, which stays safe but then is wide.
            guard degree < 63 else { continue }
            // What the search may add, and what lies between samples.
            let slack = (upper - lower) * 1e-3 + 1e-9 * max(abs(lower), abs(upper))
            #expect(found.lower >= lower - slack && found.upper <= upper + slack, "\(found) \(lower) \(upper)")
        }
    }

    @Test func parabolasAreExactAtTheirVertex() throws {
        let square = Polynomial(basis: .monomial, coefficients: [0, 0, 1], domain: -1...1)
        let found = try range(of: square, on: -2...3)
        #expect(found.lower <= 0 && found.lower > -1e-10)
        #expect(found.upper >= 9 && found.upper < 9 + 1e-10)
    }

    @Test func aPointHasItsValue() throws {
        let cubic = Polynomial(basis: .chebyshev, coefficients: [0.3, 0.5, 0.2, -0.1], domain: -1...2)
        let found = try range(of: cubic, on: 1.25...1.25)
        #expect(found.contains(cubic(1.25)))
        #expect(found.upper - found.lower < 1e-10)
    }
}
