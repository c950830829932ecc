import Approx
import Foundation
import Testing

@Suite struct HeadReconstructionTests {
    private static let features = ReconstructionSamples.features + 1
    private static let classes = ReconstructionSamples.channels

    /// The same rows ten times over: what is held out is what is fitted.
    private let repeated = ReconstructionSamples(rows: 300, noise: 0.5)

    private var tenfold: LayerSample {
        repeated.sample(of: (0..<10).flatMap { _ in repeated.inputs.indices }, hasAddend: false)
    }

    private func solve(_ sample: LayerSample, steps: Int = 100, threads: Int = 2) throws -> HeadReconstruction.Result {
        try HeadReconstruction(sample, settings: ReconstructionSettings(headSteps: steps), threads: threads)
            .solve(original: repeated.weights)
    }

    private func probabilities(_ logits: [Double]) -> [Double] {
        let powers = logits.map { exp($0 - (logits.max() ?? 0)) }
        return powers.map { $0 / powers.reduce(0, +) }
    }

    /// The mean divergence over some rows, of ``repeated`` unless others are given, and its gradient, term by term.
    private func divergence(
        at weights: [Float], of samples: ReconstructionSamples? = nil, rows: Range<Int> = 0..<300
    ) -> (value: Double, gradient: [Double]) {
        let (samples, share) = (samples ?? repeated, 1 / Double(rows.count))
        var (value, gradient) = (0.0, [Double](repeating: 0, count: weights.count))
        for (input, target) in zip(samples.inputs[rows], samples.targets[rows]) {
            let logits = (0..<Self.classes).map { index in
                (0..<Self.features).reduce(0.0) { $0 + Double(weights[index * Self.features + $1]) * input[$1] }
            }
            let (own, other) = (probabilities(logits), probabilities(target))
            for index in 0..<Self.classes {
                value += other[index] * log(other[index] / own[index]) * share
                for feature in 0..<Self.features {
                    gradient[index * Self.features + feature] += (own[index] - other[index]) * input[feature] * share
                }
            }
        }
        return (value, gradient)
    }

    @Test func stepsLeadToTheLeastDivergence() throws {
        let start = try solve(tenfold, steps: 0)
        let end = try solve(tenfold, steps: 1000)
        let (before, after) = (divergence(at: start.weights), divergence(at: end.weights))
        #expect(after.value < 0.95 * before.value)
        #expect(abs(start.initialDivergence - before.value) < 1e-4 * before.value)
        #expect(abs(end.divergence - after.value) < 1e-4 * after.value)
        func norm(_ gradient: [Double]) -> Double { gradient.reduce(0) { $0 + $1 * $1 }.squareRoot() }
        #expect(norm(after.gradient) < 0.02 * norm(before.gradient))
    }

    /// Half the Gram matrix with its ridge, times what the first step changes, is the gradient where it began.
    @Test func aStepIsTheGradientOverTheBoundOfTheCurvature() throws {
        let (start, end) = (try solve(tenfold, steps: 0), try solve(tenfold, steps: 1))
        #expect(end.steps == 1)
        let gradient = divergence(at: start.weights).gradient
        let largest = gradient.map(abs).max() ?? 0
        let gram = (0..<Self.features).map { row in
            (0..<Self.features).map { column in
                repeated.inputs.reduce(0) { $0 + $1[row] * $1[column] } / Double(repeated.inputs.count)
            }
        }
        for index in 0..<Self.classes {
            for row in 0..<Self.features {
                let product = (0..<Self.features).reduce(0.0) { sum, column in
                    let weight = index * Self.features + column
                    let bound = gram[row][column] * (row == column ? 1.001 : 1) / 2
                    return sum + bound * Double(start.weights[weight] - end.weights[weight])
                }
                #expect(abs(product - gradient[index * Self.features + row]) < 1e-4 * largest)
            }
        }
    }

    @Test func withoutStepsTheWeightsAreThoseOfTheRegression() throws {
        let linear = try LinearReconstruction(tenfold, ridge: 1e-3, threads: 2).solve(original: repeated.weights)
        let result = try solve(tenfold, steps: 0)
        #expect(result.weights == linear.weights)
        #expect(result.initialDivergence == result.divergence)
        #expect(result.steps == 0)
    }

    /// Held-out images say when to stop: weights that fit the others alone are not kept.
    @Test func whatHeldOutImagesLoseByIsNotKept() throws {
        let few = ReconstructionSamples(rows: 30, noise: 2)
        let result = try solve(few.sample(hasAddend: false), steps: 1000)
        let heldOut = divergence(at: result.weights, of: few, rows: 27..<30).value
        #expect(abs(result.divergence - heldOut) < 1e-4 * heldOut)
        // The same rows with nothing to stop for: what is fitted can be met better than the kept weights meet it.
        let fitted = divergence(at: result.weights, of: few, rows: 0..<27).value
        let free = try solve(few.sample(of: (0..<10).flatMap { _ in 0..<27 }, hasAddend: false), steps: 1000)
        #expect(divergence(at: free.weights, of: few, rows: 0..<27).value < 0.99 * fitted)
    }

    @Test func aRowOfWeightNothingDoesNotCount() throws {
        let weights = (0..<300).map { Float($0 % 3 == 0 ? 0 : 1) }
        let (clean, spoilt) = (
            repeated.sample(weights: weights, hasAddend: false), repeated.sample(weights: weights, hasAddend: false)
        )
        for row in stride(from: 0, to: 300, by: 3) { spoilt.targets[row, 4] = 100 }
        let (expected, result) = (try solve(clean, steps: 9), try solve(spoilt, steps: 9))
        #expect(zip(result.weights, expected.weights).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test func aSingleClassHasNothingToSay() throws {
        let (inputs, targets) = (RowMatrix(rows: 100, columns: 2), RowMatrix(rows: 100, columns: 1))
        for row in 0..<100 {
            inputs[row, 0] = Float(row % 7)
            inputs[row, 1] = 1
            targets[row, 0] = Float(row % 5)
        }
        let sample = LayerSample(
            inputs: inputs, targets: targets, addend: nil, weights: [Float](repeating: 1, count: 100))
        let result = try HeadReconstruction(sample, settings: ReconstructionSettings(), threads: 2)
            .solve(original: [1, 0])
        #expect(result.steps == 0)
        #expect(result.divergence == 0)
    }

    @Test(arguments: [1, 5]) func threadsDoNotChangeABit(threads: Int) throws {
        #expect(try solve(tenfold, threads: threads) == solve(tenfold))
    }
}
