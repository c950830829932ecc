internal import Approx

/// One step of Muon on a matrix: its averaged gradient, made orthogonal, so that all directions move alike.
struct MuonStep {
    /// Of Adam: the size of a step is Adam's, whose elements have a root mean square of about 0.2 rates (Liu et al. 2025).
    let rate: Float
    let momentum: Float
    /// How fast values decay by themselves, times the rate.
    let decay: Float
    let factor: Float

    private static let rootMeanSquare: Float = 0.2

    /// - Parameters:
    ///   - values: `rows` rows.
    ///   - average: Of the gradients before, with the newest at 1 - momentum.
    func apply(
        to values: UnsafeMutableBufferPointer<Float>, rows: Int, _ gradient: UnsafeBufferPointer<Float>,
        _ average: UnsafeMutableBufferPointer<Float>
    ) {
        var direction = [Float](repeating: 0, count: values.count)
        for index in values.indices {
            let slope = factor * gradient[index]
            average[index] += (1 - momentum) * (slope - average[index])
            // Nesterov's look ahead.
            direction[index] = slope + momentum * (average[index] - slope)
        }
        Orthogonalisation.apply(to: &direction, rows: rows)
        // An orthogonal matrix of m x n has elements with a root mean square of 1 / sqrt(max(m, n)).
        let size = rate * Self.rootMeanSquare * Float(max(rows, values.count / rows)).squareRoot()
        for index in values.indices { values[index] = (1 - rate * decay) * values[index] - size * direction[index] }
    }
}

extension TrainableNetwork {
    /// The rows of weights as a matrix, outputs x inputs; nil for other tensors.
    func matrixRows(of parameter: Parameter) -> Int? {
        guard case .weights(let node) = parameter.role else { return nil }
        return switch graph.nodes[node].operation {
        // Each group is a matrix of its own, of a few rows: no direction to make alike.
        case .convolution(let convolution): convolution.groups == 1 ? convolution.outputChannels : nil
        case .linear(let linear): linear.outputs
        default: nil
        }
    }
}
