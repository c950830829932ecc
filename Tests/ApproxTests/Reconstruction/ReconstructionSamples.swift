import Approx
import Foundation

/// Samples of a made-up layer: correlated inputs, some heavy-tailed, and the pre-activations of known weights.
struct ReconstructionSamples {
    static let features = 5
    static let channels = 11

    let inputs: [[Double]]
    let targets: [[Double]]
    let addend: [[Double]]
    /// Channels x (features + 1), the bias last.
    let weights: [Float]

    /// - Parameter noise: What the inputs' errors put on the targets, relative to them.
    init(rows: Int, noise: Double, seed: UInt64 = 1) {
        var random = SplitMix64(seed: seed)
        func normal() -> Double {
            (-2 * log(1 - random.nextUnit())).squareRoot() * cos(2 * .pi * random.nextUnit())
        }
        let weights = (0..<Self.channels * (Self.features + 1)).map { _ in Float(normal() / 2) }
        var (inputs, targets, addend): ([[Double]], [[Double]], [[Double]]) = ([], [], [])
        for _ in 0..<rows {
            let common = normal()
            // Every tenth row comes from a wider distribution.
            let width = random.nextUnit() < 0.1 ? 3.0 : 1
            let input = (0..<Self.features).map { _ in width * (0.6 * common + 0.8 * normal()) } + [1]
            let shortcut = (0..<Self.channels).map { _ in 0.3 * normal() }
            let target = (0..<Self.channels).map { channel in
                let clean = input.enumerated().reduce(0.0) { sum, feature in
                    sum + feature.element * Double(weights[channel * (Self.features + 1) + feature.offset])
                }
                return clean * (1 + noise * normal())
            }
            inputs.append(input)
            targets.append(target)
            addend.append(shortcut)
        }
        self.inputs = inputs
        self.targets = targets
        self.addend = addend
        self.weights = weights
    }

    func sample(repeating counts: [Int]? = nil, weights: [Float]? = nil, hasAddend: Bool = true) -> LayerSample {
        sample(
            of: inputs.indices.flatMap { Array(repeating: $0, count: counts?[$0] ?? 1) }, weights: weights,
            hasAddend: hasAddend)
    }

    /// - Parameter rows: Which ones, in which order.
    func sample(of rows: [Int], weights: [Float]? = nil, hasAddend: Bool = true) -> LayerSample {
        func matrix(_ values: [[Double]]) -> RowMatrix {
            let matrix = RowMatrix(rows: rows.count, columns: values[0].count)
            for (row, source) in rows.enumerated() {
                for (column, value) in values[source].enumerated() { matrix[row, column] = Float(value) }
            }
            return matrix
        }
        return LayerSample(
            inputs: matrix(inputs), targets: matrix(targets), addend: hasAddend ? matrix(addend) : nil,
            weights: weights ?? rows.map { _ in 1 })
    }

    /// The mean squared error of the activations, over all rows and channels, with the best polynomial of each channel.
    func activationError(_ weights: [Float], degree: Int, _ function: ActivationFunction) -> Double {
        let width = Self.features + 1
        return (0..<Self.channels).reduce(0.0) { sum, channel in
            let u = inputs.indices.map { row in
                (0..<width).reduce(addend[row][channel]) {
                    $0 + inputs[row][$1] * Double(weights[channel * width + $1])
                }
            }
            let wanted = inputs.indices.map { function(targets[$0][channel] + addend[$0][channel]) }
            return sum + NaiveLeastSquares(u, wanted, degree: degree).meanSquareError
        } / Double(Self.channels)
    }
}
