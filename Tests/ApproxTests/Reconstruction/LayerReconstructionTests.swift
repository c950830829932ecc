import Approx
import Testing

@Suite struct LayerReconstructionTests {
    private let samples = ReconstructionSamples(rows: 6000, noise: 0.2)

    private func solve(
        _ sample: LayerSample? = nil, degree: Int = 2, steps: Int = 30,
        function: ActivationFunction = .relu, threads: Int = 2
    ) throws -> LayerReconstruction.Result {
        try LayerReconstruction(
            sample ?? samples.sample(), function: function, degree: Degree(degree),
            settings: ReconstructionSettings(ridge: 1e-3, steps: steps),
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
            samples.activationError(after.weights, degree: degree, function)
                < samples.activationError(before.weights, degree: degree, function))
    }

    @Test func withoutStepsTheWeightsAreThoseOfTheRegression() throws {
        let linear = try LinearReconstruction(samples.sample(), ridge: 1e-3, threads: 2)
            .solve(original: samples.weights)
        let result = try solve(steps: 0)
        #expect(result.weights == linear.weights)
        #expect(result.initialError == result.error)
    }

    /// The same tenth is held out, and the same sums are fitted.
    @Test func aRowOfWeightTwoCountsLikeTwoRows() throws {
        let counts = samples.inputs.indices.map { 1 + $0 % 2 }
        let weighted = try solve(samples.sample(weights: counts.map(Float.init)), steps: 3)
        let repeated = try solve(samples.sample(repeating: counts), steps: 3)
        #expect(zip(weighted.weights, repeated.weights).allSatisfy { abs($0 - $1) < 1e-4 })
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

    @Test(arguments: [2, 8]) func aChannelThatDoesNotVaryIsNoTrouble(degree: Int) throws {
        let sample = samples.sample(hasAddend: false)
        for row in 0..<6000 {
            sample.targets[row, 2] += 50
            sample.targets[row, 3] = -1
        }
        let result = try solve(sample, degree: degree)
        #expect(result.weights.allSatisfy { $0.isFinite })
        #expect((0..<1).contains(result.error))
    }

    @Test(arguments: [2, 5]) func threadsDoNotChangeABit(threads: Int) throws {
        let alone = try solve(threads: 1)
        let shared = try solve(threads: threads)
        #expect(alone == shared)
    }
}
