internal import Foundation

/// The function that an activation site applies to each of its values, in clear.
///
/// Polynomials replace it under encryption; fitters sample it as the target.
package enum ActivationFunction: Hashable, Codable, Sendable {
    /// max(x, 0).
    case relu
    /// x for x >= 0, `slope` * x below.
    case leakyReLU(slope: Double)
    /// min(max(x, lower), upper); ReLU6 is `clip(lower: 0, upper: 6)`.
    case clip(lower: Double, upper: Double)
    /// 1 / (1 + e^-x).
    case sigmoid
    /// tanh x.
    case tanh
    /// x * sigmoid(x), also called swish.
    case silu
    /// x * clip(x / 6 + 1/2, 0, 1).
    case hardSwish
    /// clip(slope * x + offset, 0, 1).
    case hardSigmoid(slope: Double, offset: Double)
    /// x * Phi(x) with the Gaussian distribution function.
    case gelu
    /// The tanh approximation of ``gelu`` (Hendrycks and Gimpel 2016, section 2).
    case geluTanh
    /// The error function.
    case erf

    package func callAsFunction(_ x: Double) -> Double {
        switch self {
        case .relu: max(x, 0)
        case .leakyReLU(let slope): x >= 0 ? x : slope * x
        case .clip(let lower, let upper): min(max(x, lower), upper)
        case .sigmoid: Self.logistic(x)
        case .tanh: Foundation.tanh(x)
        case .silu: x * Self.logistic(x)
        case .hardSwish: x * min(max(x / 6 + 0.5, 0), 1)
        case .hardSigmoid(let slope, let offset): min(max(slope * x + offset, 0), 1)
        case .gelu: 0.5 * x * (1 + Foundation.erf(x / 2.0.squareRoot()))
        case .geluTanh: 0.5 * x * (1 + Foundation.tanh((2 / Double.pi).squareRoot() * (x + 0.044715 * x * x * x)))
        case .erf: Foundation.erf(x)
        }
    }

    /// The name used in tables and JSON.
    package var name: String {
        switch self {
        case .relu: "relu"
        case .leakyReLU: "leaky-relu"
        case .clip: "clip"
        case .sigmoid: "sigmoid"
        case .tanh: "tanh"
        case .silu: "silu"
        case .hardSwish: "hard-swish"
        case .hardSigmoid: "hard-sigmoid"
        case .gelu: "gelu"
        case .geluTanh: "gelu-tanh"
        case .erf: "erf"
        }
    }

    private static func logistic(_ x: Double) -> Double {
        1 / (1 + exp(-x))
    }
}
