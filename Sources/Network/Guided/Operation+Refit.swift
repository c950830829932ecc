extension Operation {
    /// Outputs x (inputs + 1), the bias last; empty where there is nothing to refit.
    var refitWeights: [Float] {
        switch self {
        case .convolution(let convolution):
            Self.joined(convolution.weights, convolution.bias)
        case .linear(let linear):
            Self.joined(linear.weights, linear.bias)
        default: []
        }
    }

    /// The same operation with other weights.
    func with(refitWeights weights: [Float]) -> Operation {
        switch self {
        case .convolution(var convolution):
            (convolution.weights, convolution.bias) = Self.split(weights, outputs: convolution.outputChannels)
            return .convolution(convolution)
        case .linear(var linear):
            (linear.weights, linear.bias) = Self.split(weights, outputs: linear.outputs)
            return .linear(linear)
        default:
            return self
        }
    }

    private static func joined(_ weights: [Float], _ bias: [Float]) -> [Float] {
        let inputs = weights.count / bias.count
        return bias.enumerated().flatMap { output, bias in
            weights[output * inputs..<(output + 1) * inputs] + [bias]
        }
    }

    private static func split(_ weights: [Float], outputs: Int) -> (weights: [Float], bias: [Float]) {
        let columns = weights.count / outputs
        let rows = (0..<outputs).map { weights[$0 * columns..<(($0 + 1) * columns)] }
        return (rows.flatMap { $0.dropLast() }, rows.map { $0[$0.endIndex - 1] })
    }
}
