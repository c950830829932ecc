import Approx
import Testing

@Suite struct LayerReconstructionTests {
    private let samples = ReconstructionSamples(rows: 6000, noise: 0.2)

    private func solve(
        _ sample: LayerSample? = nil, degree: Int = 2, steps: Int = 30, tail: Double = 0,
        function: ActivationFunction = .relu, threads: Int = 2
    ) throws -> LayerReconstruction.Result {
        try LayerReconstruction(
            sample ?? samples.sample(), function: function, degree: Degree(degree),
            settings: ReconstructionSettings(ridge: 1e-3, steps: steps, tailWeight: tail, tailReach: 1.5),
            threads: threads
        ).solve(original: samples.weights)
    }

    @Test(arguments: [ActivationFunction.relu, .silu, .clip(lower: 0, upper: 2)], [2, 3, 4])
    func jointStepsBringTheActivationNearer(function: ActivationFunction, degree: Int) throws {
        let before = try solve(degree: degree, steps: 0, function: function)
        let after = try solve(degree: degree, function: function)
        #expect(after.error < before.error)
        #expect(after.steps > 0)
        #expect(
            samples.activationError(after.weights, after.polynomials, function)
                < samples.activationError(before.weights, before.polynomials, function))
    }

    @Test(arguments: [2, 4]) func reportedErrorIsThatOfTheResult(degree: Int) throws {
        let result = try solve(degree: degree, tail: 0.02)
        let error = samples.activationError(result.weights, result.polynomials, .relu).squareRoot()
        // Sums of single-precision values, against double precision.
        #expect(abs(result.rootMeanSquareError - error) < 1e-4 * error)
    }

    @Test func withoutStepsTheWeightsAreThoseOfTheRegression() throws {
        let linear = try LinearReconstruction(samples.sample(), ridge: 1e-3, threads: 2)
            .solve(original: samples.weights)
        let result = try solve(steps: 0)
        #expect(result.weights == linear.weights)
        #expect(result.initialError == result.error)
    }

    /// At a least-squares polynomial, no power of u correlates with what is left.
    @Test(arguments: [2, 4]) func polynomialsAreLeastSquares(degree: Int) throws {
        let result = try solve(degree: degree)
        let width = ReconstructionSamples.features + 1
        for channel in 0..<ReconstructionSamples.channels {
            let polynomial = result.polynomials[channel]
            var sums = [Double](repeating: 0, count: degree + 1)
            for row in samples.inputs.indices {
                let u = (0..<width).reduce(samples.addend[row][channel]) {
                    $0 + samples.inputs[row][$1] * Double(result.weights[channel * width + $1])
                }
                let target = max(0, samples.targets[row][channel] + samples.addend[row][channel])
                var power = polynomial(u) - target
                for exponent in 0...degree {
                    sums[exponent] += power / Double(samples.inputs.count)
                    power *= polynomial.scaled(u)
                }
            }
            #expect(sums.allSatisfy { abs($0) < 1e-5 })
        }
    }

    @Test func everyPreActivationIsInsideItsDomain() throws {
        let result = try solve()
        let width = ReconstructionSamples.features + 1
        for (row, input) in samples.inputs.enumerated() {
            for channel in 0..<ReconstructionSamples.channels {
                let u = (0..<width).reduce(samples.addend[row][channel]) {
                    $0 + input[$1] * Double(result.weights[channel * width + $1])
                }
                #expect(abs(u) <= result.polynomials[channel].domain.upperBound * 1.0001)
            }
        }
    }

    /// Far beyond what was seen, the polynomials that also met stretched values stay nearer to the function.
    @Test func aTailWeightHoldsThePolynomialsBeyondTheirDomain() throws {
        let free = try solve(degree: 4)
        let held = try solve(degree: 4, tail: 0.1)
        func errorBeyond(_ polynomials: [Polynomial]) -> Double {
            polynomials.reduce(0) { sum, polynomial in
                let x = 1.4 * polynomial.domain.upperBound
                return sum + abs(polynomial(x) - x) + abs(polynomial(-x))
            }
        }
        #expect(errorBeyond(held.polynomials) < errorBeyond(free.polynomials))
        #expect(held.weights == free.weights)
    }

    @Test func aRowOfWeightTwoCountsLikeTwoRows() throws {
        let counts = samples.inputs.indices.map { 1 + $0 % 2 }
        func polynomials(_ sample: LayerSample) throws -> [Polynomial] {
            try LayerReconstruction(
                sample, function: .relu, degree: Degree(2), settings: ReconstructionSettings(), threads: 2
            ).curves().polynomials
        }
        let weighted = try polynomials(samples.sample(weights: counts.map(Float.init)))
        let repeated = try polynomials(samples.sample(repeating: counts))
        #expect(
            zip(weighted, repeated).allSatisfy { pair in
                zip(pair.0.coefficients, pair.1.coefficients).allSatisfy { abs($0 - $1) < 1e-6 }
            })
    }

    /// Rows of weight 0 might as well not be there, also for the joint steps.
    @Test func aRowOfWeightNothingDoesNotCount() throws {
        let weights = samples.inputs.indices.map { Float($0 % 3 == 0 ? 0 : 1) }
        let spoilt = samples.sample(weights: weights)
        for row in stride(from: 0, to: 6000, by: 3) {
            for channel in 0..<ReconstructionSamples.channels { spoilt.targets[row, channel] = 100 }
        }
        let clean = try solve(samples.sample(weights: weights), steps: 5)
        let result = try solve(spoilt, steps: 5)
        #expect(zip(result.weights, clean.weights).allSatisfy { abs($0 - $1) < 1e-5 })
        #expect(result.steps == clean.steps)
    }

    @Test func aChannelFarFromZeroIsFittedAtAHighDegree() throws {
        let sample = samples.sample(hasAddend: false)
        for row in 0..<6000 { sample.targets[row, 2] += 50 }
        let result = try solve(sample, degree: 8, steps: 0)
        #expect(result.polynomials[2].degree == 8)
        // There ReLU is the identity.
        #expect(abs(result.polynomials[2](50) - 50) < 0.1)
    }

    @Test func aConstantChannelGetsAConstant() throws {
        let sample = samples.sample(hasAddend: false)
        for row in 0..<6000 { sample.targets[row, 3] = -1 }
        let result = try solve(sample)
        #expect(abs(result.polynomials[3](-1)) < 1e-3)
        #expect(result.polynomials.allSatisfy { $0.coefficients.allSatisfy { $0.isFinite } })
    }

    @Test(arguments: [2, 5]) func threadsDoNotChangeABit(threads: Int) throws {
        let alone = try solve(tail: 0.02, threads: 1)
        let shared = try solve(tail: 0.02, threads: threads)
        #expect(alone.weights == shared.weights)
        #expect(alone.polynomials == shared.polynomials)
    }
}
