import Approx
import Testing

@Suite struct MinimaxPolynomialTests {
    static let activations: [ActivationFunction] = [
        .relu, .leakyReLU(slope: 0.01), .clip(lower: 0, upper: 6), .sigmoid, .tanh, .silu, .hardSwish,
        .hardSigmoid(slope: 0.2, offset: 0.5), .gelu, .geluTanh, .erf,
    ]

    static let ranges: [ClosedRange<Double>] = [
        -1e-3...1e-3, -1...1, -1e3...1e3, -1e-3...1e3, -1e3...1e-3, -17.3...12.1, -0.3...1, 2...3, -1e3 ... -5,
        -8...8, -3...5, -100...250, -5e-4...1e-3, -1e3...2, 7...1e3,
    ]

    /// The exchange stops at 1e-10 of the error; so near to the best error, polynomials differ as little (strong
    /// uniqueness), and what they are computed with is good to 1e-13 of their size.
    @Test(arguments: BestApproximations.all.minimax) func polynomialIsThatOf40Digits(
        expected: BestApproximations.Minimax
    ) throws {
        let activation = try BestApproximations.activation(named: expected.activation)
        let best = try MinimaxPolynomial(
            of: activation, on: expected.lower...expected.upper, degree: expected.degree)
        let size = max(abs(activation(expected.lower)), abs(activation(expected.upper)))
        #expect(abs(best.error - expected.error) < 1e-9 * expected.error + 1e-13 * size)
        for (index, value) in expected.values.enumerated() {
            let x = expected.lower + (expected.upper - expected.lower) * Double(index) / 16
            #expect(abs(best.polynomial(x) - value) < 1e-8 * expected.error + 1e-12 * size)
        }
    }

    /// Five thousand points that the exchange knows nothing of.
    @Test(arguments: activations, ranges) func errorIsTheLargestOnTheRangeAtEveryDegree(
        activation: ActivationFunction, range: ClosedRange<Double>
    ) throws {
        let middle = (range.lowerBound + range.upperBound) / 2
        let half = (range.upperBound - range.lowerBound) / 2
        let even = (-2_500...2_500).map { middle + half * (Double($0) / 2_500) }
        let points = even + [-1e-3, 0, 1e-3].filter(range.contains)
        let size = points.map { abs(activation($0)) }.max() ?? 0
        var before = Double.infinity
        for degree in 1...27 {
            let best = try MinimaxPolynomial(of: activation, on: range, degree: degree)
            let largest = points.map { abs(best.polynomial($0) - activation($0)) }.max() ?? 0
            #expect(largest <= best.error * (1 + 1e-9) + 1e-13 * size, "degree \(degree)")
            #expect(best.error <= before * (1 + 1e-9) + 1e-13 * size, "degree \(degree)")
            #expect(best.iterations <= 40, "degree \(degree)")
            before = best.error
        }
    }

    @Test(arguments: [1, 2, 3, 5, 8, 14, 27]) func errorAlternatesOnTheReference(degree: Int) throws {
        for activation in [ActivationFunction.relu, .silu, .tanh] {
            let best = try MinimaxPolynomial(of: activation, on: -7...9, degree: degree)
            let errors = best.reference.map { activation($0) - best.polynomial($0) }
            #expect(best.reference.count == degree + 2)
            #expect(best.reference == best.reference.sorted())
            for (error, next) in zip(errors, errors.dropFirst()) {
                #expect(error * next < 0)
            }
            #expect(errors.allSatisfy { abs(abs($0) - best.error) < 1e-9 * best.error })
            #expect(best.lowerBound <= best.error && best.error - best.lowerBound < 2e-10 * best.error)
        }
    }

    /// ReLU is x / 2 and an even function, so on a symmetric range odd terms beyond the line are 0.
    @Test(arguments: [3, 5, 9, 15, 27]) func oddDegreesAreNoBetterForReLUOnASymmetricRange(degree: Int) throws {
        let odd = try MinimaxPolynomial(of: .relu, on: -4...4, degree: degree)
        let even = try MinimaxPolynomial(of: .relu, on: -4...4, degree: degree - 1)
        #expect(abs(odd.error - even.error) < 1e-9 * even.error)
        let terms = odd.polynomial.coefficients
        #expect(abs(terms[1] - 2) < 1e-9)
        #expect(stride(from: 3, through: degree, by: 2).allSatisfy { abs(terms[$0]) < 1e-9 })
    }

    /// x / 2 + x^2 / 2 + 1 / 16: the best parabola for ReLU, as textbooks have it for |x|.
    @Test func bestParabolaOfReLU() throws {
        let best = try MinimaxPolynomial(of: .relu, on: -1...1, degree: 2)
        let powers = best.polynomial.unscaledPowers
        #expect(zip(powers, [0.0625, 0.5, 0.5]).allSatisfy { abs($0 - $1) < 1e-12 })
        #expect(abs(best.error - 0.0625) < 1e-13)
    }

    @Test func scaleOfTheRangeScalesReLU() throws {
        let plain = try MinimaxPolynomial(of: .relu, on: -1...2, degree: 6)
        let wide = try MinimaxPolynomial(of: .relu, on: -1e30...2e30, degree: 6)
        #expect(abs(wide.error / plain.error / 1e30 - 1) < 1e-9)
    }

    @Test func weightedErrorIsSmallWhereValuesAreDense() throws {
        let statistics = Samples.statistics(Samples.mixture(seed: 71, count: 50_000))
        let range = try #require(statistics.range)
        let weight = try #require(DensityWeight(statistics))
        for degree in [2, 4, 7] {
            let plain = try MinimaxPolynomial(of: .relu, on: range, degree: degree)
            let weighted = try MinimaxPolynomial(of: .relu, on: range, degree: degree, weight: weight)
            func largest(_ best: MinimaxPolynomial, on part: ClosedRange<Double>, _ weight: DensityWeight?) -> Double {
                (0...5_000).map { part.lowerBound + (part.upperBound - part.lowerBound) * Double($0) / 5_000 }.map {
                    abs(best.polynomial($0) - ActivationFunction.relu($0)) * (weight?($0) ?? 1)
                }.max() ?? 0
            }
            #expect(largest(weighted, on: range, weight) <= weighted.error * (1 + 1e-9))
            #expect(largest(weighted, on: range, weight) < largest(plain, on: range, weight))
            #expect(largest(weighted, on: -0.8...0.2, nil) < 0.7 * largest(plain, on: -0.8...0.2, nil))
        }
    }

    @Test func weightIsOneWhereValuesAreDensestAndBounded() throws {
        let statistics = Samples.statistics(Samples.bell(seed: 33, count: 100_000, tail: 0.02))
        let range = try #require(statistics.range)
        let weight = try #require(DensityWeight(statistics))
        let weights = (0...1_000).map {
            weight(range.lowerBound + (range.upperBound - range.lowerBound) * Double($0) / 1_000)
        }
        #expect(weights.allSatisfy { DensityWeight.least...1 ~= $0 })
        #expect((weights.max() ?? 0) > 0.9 && weights.min() == DensityWeight.least)
        #expect(weight(range.upperBound + 1) == weight(range.upperBound))
        #expect(DensityWeight(Samples.statistics([2, 2])) == nil)
        #expect(DensityWeight(ChannelStatistics()) == nil)
    }

    @Test func errorsOfMachinePrecisionAreAnEnd() throws {
        #expect(try MinimaxPolynomial(of: .relu, on: 3...8, degree: 9).error < 1e-13)
        #expect(try MinimaxPolynomial(of: .sigmoid, on: -1e-3...1e-3, degree: 27).error < 1e-13)
    }

    @Test func functionWithoutValuesIsRefused() {
        #expect(throws: ApproxError.illConditioned(degree: 3, reciprocalCondition: 0)) {
            try MinimaxPolynomial(of: .leakyReLU(slope: .nan), on: -1...1, degree: 3)
        }
    }
}
