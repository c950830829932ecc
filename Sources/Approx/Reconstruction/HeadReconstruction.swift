internal import Foundation

/// The last linear piece of a classifier, refitted so that the polynomial network says the same of the classes as the
/// original one.
///
/// First the ridge regression of the original logits. That asks for all logits alike, where those of classes out of the
/// question do not matter; so from there the weights descend on E KL(softmax(z) || softmax(W a)). Its curvature is at
/// most half the Gram matrix of the inputs for any weights (Böhning 1992), so W - 2 (G + R)^-1 gradient never raises it.
/// Steps are accelerated (Beck and Teboulle 2009, equations 4.1 to 4.3), which gives that up: the weights that are best on
/// held-out images are kept, and 20 steps without a gain there end it. The ridge R shortens steps and pulls nowhere.
package struct HeadReconstruction: Sendable {
    package struct Result: Hashable, Sendable {
        /// Classes x features, the last feature being the bias.
        package var weights: [Float]
        /// Held-out squared error of the logits over their variance, after the regression.
        package var logitError: Double
        /// Held-out divergence in nats, after the regression and after the steps.
        package var initialDivergence: Double
        package var divergence: Double
        /// To the weights that are kept.
        package var steps: Int
        package var reciprocalCondition: Double
    }

    /// So many steps without a gain on held-out images end the descent: accelerated steps overshoot and come back.
    private static let patience = 20

    private let sample: LayerSample
    private let settings: ReconstructionSettings
    private let threads: Int
    private let stop: StopCheck

    /// - Parameter sample: Targets are the original network's logits; nothing else goes into a sum with them.
    package init(
        _ sample: LayerSample, settings: ReconstructionSettings, threads: Int, stop: @escaping StopCheck = {}
    ) {
        precondition(sample.addend == nil, "logits are not a sum")
        self.sample = sample
        self.settings = settings
        self.threads = threads
        self.stop = stop
    }

    /// - Parameter original: The weights of the original network, classes x features with the bias last.
    /// - Throws: ``ApproxError`` when the sample is empty or not finite; what the check for a stop throws.
    package func solve(original: [Float]) throws -> Result {
        let regression = try LinearReconstruction(sample, ridge: settings.ridge, threads: threads, stop: stop)
            .solve(original: original)
        let start = regression.weights.map(Double.init)
        try stop()
        let initial = divergence(at: start)
        guard initial.isFinite else { throw ApproxError.nonFiniteRows(of: "logits") }
        var best = (weights: start, divergence: initial, step: 0)
        var (current, ahead, momentum) = (start, start, 1.0)
        var step = 0
        while step < settings.headSteps, step - best.step < Self.patience {
            try stop()
            step += 1
            let gradient = gradient(at: ahead)
            guard gradient.allSatisfy(\.isFinite) else { break }
            let next = zip(ahead, regression.system.solve(gradient)).map { $0 - 2 * $1 }
            let following = (1 + (1 + 4 * momentum * momentum).squareRoot()) / 2
            ahead = zip(next, current).map { $0 + (momentum - 1) / following * ($0 - $1) }
            (current, momentum) = (next, following)
            let divergence = divergence(at: current)
            if divergence < best.divergence { best = (current, divergence, step) }
        }
        return Result(
            weights: best.weights.map(Float.init), logitError: regression.heldOutError, initialDivergence: initial,
            divergence: best.divergence, steps: best.step, reciprocalCondition: regression.reciprocalCondition)
    }

    /// Over the held-out rows, in nats.
    private func divergence(at weights: [Double]) -> Double {
        let weights = weights.map(Float.init)
        let sums = RowBlocks(rows: sample.heldOutRows, threads: threads).reduce((divergence: 0.0, weight: 0.0)) {
            sum, block in
            let logits = logits(block, weights)
            withExtendedLifetime(logits) {
                for row in block {
                    let own = logProbabilities(logits, row - block.lowerBound)
                    let other = logProbabilities(sample.targets, row)
                    let share = Double(sample.weights[row])
                    sum.weight += share
                    for index in 0..<sample.channels {
                        sum.divergence += share * exp(other[index]) * (other[index] - own[index])
                    }
                }
            }
        }
        let weight = sums.reduce(0) { $0 + $1.weight }
        return weight > 0 ? sums.reduce(0) { $0 + $1.divergence } / weight : 0
    }

    /// Of the mean divergence of the training rows, classes x features.
    private func gradient(at weights: [Double]) -> [Double] {
        let weights = weights.map(Float.init)
        let sums = RowBlocks(rows: sample.trainingRows, threads: threads).reduce(
            [Double](repeating: 0, count: weights.count), size: weights.count
        ) { sum, block in
            let residuals = logits(block, weights)
            for row in 0..<block.count {
                let own = logProbabilities(residuals, row)
                let other = logProbabilities(sample.targets, block.lowerBound + row)
                let share = Double(sample.weights[block.lowerBound + row])
                // Each logit is read before its residual takes its place.
                for index in 0..<sample.channels {
                    residuals[row, index] = Float(share * (exp(own[index]) - exp(other[index])))
                }
            }
            BLAS.addProduct(residuals, from: block.lowerBound, sample.inputs, block, to: &sum)
        }
        let weight = sample.trainingWeight
        return (0..<weights.count).map { index in sums.reduce(0) { $0 + $1[index] } / weight }
    }

    private func logits(_ rows: Range<Int>, _ weights: [Float]) -> RowMatrix {
        let logits = RowMatrix(rows: rows.count, columns: sample.channels)
        BLAS.multiply(sample.inputs, rows, by: weights, into: logits, from: rows.lowerBound)
        return logits
    }

    private func logProbabilities(_ logits: RowMatrix, _ row: Int) -> LogSoftmax {
        LogSoftmax(UnsafeBufferPointer(start: logits.row(row), count: sample.channels))
    }
}
