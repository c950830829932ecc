import Approx
import Testing

@Suite struct LinearReconstructionTests {
    private func solve(
        _ sample: LayerSample, ridge: Double, towards original: [Float], threads: Int = 2
    ) throws -> LinearReconstruction.Result {
        try LinearReconstruction(sample, ridge: ridge, threads: threads).solve(original: original)
    }

    private var zeros: [Float] {
        Array(repeating: 0, count: ReconstructionSamples.channels * (ReconstructionSamples.features + 1))
    }

    @Test func weightsThatExplainTheTargetsAreFound() throws {
        let samples = ReconstructionSamples(rows: 4096, noise: 0)
        let result = try solve(samples.sample(), ridge: 1e-9, towards: zeros)
        #expect(zip(result.weights, samples.weights).allSatisfy { abs($0 - $1) < 1e-3 })
        #expect(result.heldOutError < 1e-6)
    }

    @Test func aStrongRidgeKeepsTheOriginalWeights() throws {
        let samples = ReconstructionSamples(rows: 4096, noise: 0.3)
        let original = samples.weights.map { $0 + 0.5 }
        let weak = try solve(samples.sample(), ridge: 1e-6, towards: original)
        let strong = try solve(samples.sample(), ridge: 0.9, towards: original)
        func distance(_ weights: [Float]) -> Float { zip(weights, original).reduce(0) { $0 + abs($1.0 - $1.1) } }
        #expect(distance(strong.weights) < distance(weak.weights))
        #expect(strong.heldOutError > weak.heldOutError)
    }

    /// The normal equations by hand: sum of w (u - z) a vanishes for the minimum without a ridge.
    @Test func residualsAreOrthogonalToTheInputs() throws {
        let samples = ReconstructionSamples(rows: 4096, noise: 0.3)
        let weights = (0..<4096).map { Float(1 + $0 % 3) }
        let result = try solve(samples.sample(weights: weights), ridge: 1e-12, towards: zeros)
        let width = ReconstructionSamples.features + 1
        let training = 4096 * 9 / 10
        for channel in 0..<ReconstructionSamples.channels {
            var sums = [Double](repeating: 0, count: width)
            for row in 0..<training {
                let u = (0..<width).reduce(0.0) {
                    $0 + samples.inputs[row][$1] * Double(result.weights[channel * width + $1])
                }
                for feature in 0..<width {
                    sums[feature] +=
                        Double(weights[row]) * (u - samples.targets[row][channel])
                        * samples.inputs[row][feature]
                }
            }
            #expect(sums.allSatisfy { abs($0) / Double(training) < 1e-4 })
        }
    }

    @Test func aDeadInputIsNoObstacle() throws {
        let samples = ReconstructionSamples(rows: 4096, noise: 0)
        let sample = samples.sample()
        for row in 0..<4096 { sample.inputs[row, 2] = 0 }
        let result = try solve(sample, ridge: 1e-3, towards: samples.weights)
        #expect(result.weights.allSatisfy { $0.isFinite })
        #expect(result.reciprocalCondition > 0)
    }

    /// In a row that is fitted, and in one that is held out.
    @Test(arguments: [7, 4090]) func valuesThatAreNotFiniteAreRefused(row: Int) {
        let samples = ReconstructionSamples(rows: 4096, noise: 0)
        let (inputs, targets, addends) = (samples.sample(), samples.sample(), samples.sample())
        inputs.inputs[row, 1] = .nan
        targets.targets[row, 10] = .infinity
        addends.addend?[row, 0] = -.infinity
        for (sample, what) in [(inputs, "inputs"), (targets, "targets"), (addends, "addends")] {
            #expect(throws: ApproxError.nonFiniteRows(of: what)) {
                try solve(sample, ridge: 1e-3, towards: zeros)
            }
        }
    }

    @Test func originalWeightsThatAreNotFiniteAreRefused() {
        var original = zeros
        original[5] = .nan
        #expect(throws: ApproxError.nonFiniteRows(of: "original weights")) {
            try solve(ReconstructionSamples(rows: 4096, noise: 0).sample(), ridge: 1e-3, towards: original)
        }
    }

    @Test func tooFewRowsAreRefused() {
        let sample = ReconstructionSamples(rows: 1, noise: 0).sample()
        #expect(throws: ApproxError.noValues) { try solve(sample, ridge: 1e-3, towards: zeros) }
    }

    @Test(arguments: [2, 3, 7]) func threadsDoNotChangeABit(threads: Int) throws {
        let sample = ReconstructionSamples(rows: 9000, noise: 0.2).sample()
        let alone = try solve(sample, ridge: 1e-3, towards: zeros, threads: 1)
        #expect(try solve(sample, ridge: 1e-3, towards: zeros, threads: threads).weights == alone.weights)
    }
}
