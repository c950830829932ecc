/// The weights that best map what a linear piece now receives onto the original pre-activations, by ridge regression
/// towards the original weights: argmin_w E (w a + s - z)^2 + ridge * sum_k E a_k^2 (w_k - w0_k)^2.
package struct LinearReconstruction: Sendable {
    package struct Result: Sendable {
        /// Channels x features, the last feature being the bias.
        package var weights: [Float]
        /// Held-out squared error over the targets' variance, all channels together.
        package var heldOutError: Double
        package var reciprocalCondition: Double { system.reciprocalCondition }
        let system: RidgeSystem
    }

    private let sample: LayerSample
    private let ridge: Double
    private let threads: Int
    private let stop: StopCheck

    package init(_ sample: LayerSample, ridge: Double, threads: Int, stop: @escaping StopCheck = {}) {
        self.sample = sample
        self.ridge = ridge
        self.threads = threads
        self.stop = stop
    }

    /// - Throws: ``ApproxError`` when there are no rows, or values that are not finite; what the check for a stop throws.
    package func solve(original: [Float]) throws -> Result {
        try sample.validate()
        precondition(original.count == sample.channels * sample.features, "every channel has its weights")
        guard original.allSatisfy({ $0.isFinite }) else {
            throw ApproxError.nonFiniteRows(of: "original weights")
        }
        let system = try RidgeSystem(sample, ridge: ridge, threads: threads, stop: stop)
        try stop()
        var right = crossProducts()
        for index in right.indices {
            right[index] += system.ridge[index % system.features] * Double(original[index])
        }
        let weights = system.solve(right).map(Float.init)
        try stop()
        return Result(weights: weights, heldOutError: heldOutError(of: weights), system: system)
    }

    /// E a (z - s) over the training rows, channels x features.
    private func crossProducts() -> [Double] {
        let size = sample.channels * sample.features
        let sums = RowBlocks(rows: sample.trainingRows, threads: threads).reduce(
            [Double](repeating: 0, count: size), size: size
        ) { sum, block in
            let targets = sample.targets.scaled(block) { sample.weights[$0] }
            BLAS.addProduct(targets, from: block.lowerBound, sample.inputs, block, to: &sum)
        }
        var result = [Double](repeating: 0, count: size)
        for sum in sums {
            for index in result.indices { result[index] += sum[index] }
        }
        let weight = sample.trainingWeight
        return result.map { $0 / weight }
    }

    private func heldOutError(of weights: [Float]) -> Double {
        let heldOut = sample.heldOutRows
        let result = RowMatrix(rows: heldOut.count, columns: sample.channels)
        let blocks = RowBlocks(rows: sample.heldOutRows, threads: threads)
        blocks.forEach { BLAS.multiply(sample.inputs, $0, by: weights, into: result, from: heldOut.lowerBound) }
        var (errors, deviations) = (0.0, 0.0)
        for channel in 0..<sample.channels {
            var (weight, sum, squares) = (0.0, 0.0, 0.0)
            for row in sample.heldOutRows {
                let (share, target) = (Double(sample.weights[row]), Double(sample.targets[row, channel]))
                let error = Double(result[row - heldOut.lowerBound, channel]) - target
                errors += share * error * error
                weight += share
                sum += share * target
                squares += share * target * target
            }
            if weight > 0 { deviations += squares - sum * sum / weight }
        }
        return deviations > 0 ? errors / deviations : 0
    }
}
