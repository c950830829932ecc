internal import Approx

/// What element-wise nodes compute from one value of the network, as a function of one variable.
///
/// It is known by its samples, so that an activation is recognised in whatever order its parts were multiplied and
/// added, and by its last step, so that it can be taken apart where it is no known activation as a whole.
struct ScalarFunction {
    enum Step {
        case activation(ActivationFunction, of: TracedTensor.Source)
        case affine(scale: Double, shift: Double, of: TracedTensor.Source)
        case sum(TracedTensor.Source, TracedTensor.Source)
        /// Only meaningful as a part of an activation.
        case part
    }

    /// What it is a function of.
    let base: NetworkGraph.ValueID
    let samples: [Double]
    /// Its scale and shift where nothing bends it.
    let line: Line?
    let step: Step
    /// The node that takes the step.
    let node: ONNXNode
    /// Functions within functions.
    let depth: Int

    struct Line: Equatable {
        var scale: Double
        var shift: Double

        static let identity = Line(scale: 1, shift: 0)
    }

    /// Where functions are compared: near zero, where activations bend, and far out, where they settle.
    static let points: [Double] = [
        -20, -10, -6.5, -5, -4, -3.5, -3, -2.5, -2, -1.5, -1, -0.7, -0.3, -0.1, 0,
        0.1, 0.3, 0.7, 1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6.5, 10, 20,
    ]

    /// The activation that it is as a whole, if it is one.
    var activation: ActivationFunction? {
        Self.composed.first { candidate in
            zip(Self.points, samples).allSatisfy { point, sample in
                // Constants of a file have the precision of Float.
                abs(candidate(point) - sample) <= 2e-6 * max(1, abs(point))
            }
        }
    }

    /// Activations that exporters write as several nodes. No two of them agree at all points.
    private static let composed: [ActivationFunction] = [
        .relu, .clip(lower: 0, upper: 6), .sigmoid, .tanh, .silu, .hardSwish, .gelu, .geluTanh, .erf,
        .hardSigmoid(slope: 1.0 / 6, offset: 0.5), .hardSigmoid(slope: 0.2, offset: 0.5),
    ]
}
