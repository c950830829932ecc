extension Operation {
    /// Weights and biases that the operation carries.
    package var parameterCount: Int {
        switch self {
        case .convolution(let convolution): convolution.weights.count + convolution.bias.count
        case .linear(let linear): linear.weights.count + linear.bias.count
        case .affine(let scale, let shift): scale.count + shift.count
        default: 0
        }
    }

    /// Whether it is neither linear nor replaceable by a polynomial here.
    package var runsInClearOnly: Bool {
        if case .pool(let pool) = self { pool.kind == .maximum } else { false }
    }

    /// One phrase for tables, such as "convolution 3x3 stride 2".
    package var summary: String {
        switch self {
        case .convolution(let convolution):
            "convolution \(convolution.window.summary)"
                + (convolution.groups > 1 ? " groups \(convolution.groups)" : "")
        case .linear(let linear): "linear \(linear.inputs) to \(linear.outputs)"
        case .add: "add"
        case .activation: "activation"
        case .pool(let pool): "\(pool.kind == .maximum ? "max pool" : "average pool") \(pool.window.summary)"
        case .globalAveragePool: "global average pool"
        case .affine: "affine per channel"
        case .slice: "slice"
        case .pad: "pad"
        case .concatenate: "concatenate"
        case .flatten: "flatten"
        }
    }
}

extension Operation.Window {
    /// Kernel, and the stride where it is not 1.
    fileprivate var summary: String {
        let stride = strideHeight == strideWidth ? "\(strideHeight)" : "\(strideHeight)x\(strideWidth)"
        return "\(kernelHeight)x\(kernelWidth)" + (stride == "1" ? "" : " stride \(stride)")
    }
}
