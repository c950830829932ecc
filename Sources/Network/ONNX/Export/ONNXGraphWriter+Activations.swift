internal import Approx

extension ONNXGraphWriter {
    /// Appends an activation that no polynomial replaces, the last node called `name`.
    ///
    /// - Parameter output: What the result should be called.
    mutating func activation(
        _ function: ActivationFunction, of tensor: Tensor, name: String, output: String
    ) -> Tensor {
        Tensor(name: append(function, to: tensor.name, name, output), isImage: tensor.isImage)
    }

    private mutating func append(
        _ function: ActivationFunction, to x: String, _ name: String, _ output: String
    ) -> String {
        func last(_ type: String, _ inputs: [String], _ attributes: [ONNXAttribute] = []) -> String {
            node(type, inputs, name: name, output: output, attributes)
        }
        func part(_ type: String, _ inputs: [String], _ step: String, _ attributes: [ONNXAttribute] = []) -> String {
            node(type, inputs, name: "\(name)/\(step)", attributes)
        }
        func scalar(_ value: Double, _ step: String) -> String {
            constant([Float(value)], dimensions: [], name: "\(name)/\(step)")
        }
        switch function {
        case .relu: return last("Relu", [x])
        case .leakyReLU(let slope): return last("LeakyRelu", [x], [.real("alpha", slope)])
        case .clip(let lower, let upper):
            let bounds = [(lower, "min"), (upper, "max")].map { bound, step in
                abs(bound) < Double(Float.greatestFiniteMagnitude) ? scalar(bound, step) : ""
            }
            return last("Clip", [x] + bounds)
        case .sigmoid: return last("Sigmoid", [x])
        case .tanh: return last("Tanh", [x])
        case .erf: return last("Erf", [x])
        case .silu: return last("Mul", [x, part("Sigmoid", [x], "sigmoid")])
        case .hardSigmoid(let slope, let offset):
            return last("HardSigmoid", [x], [.real("alpha", slope), .real("beta", offset)])
        case .hardSwish:
            let gate = part("HardSigmoid", [x], "gate", [.real("alpha", 1.0 / 6), .real("beta", 0.5)])
            return last("Mul", [x, gate])
        case .gelu:
            let scaled = part("Mul", [x, scalar(0.5.squareRoot(), "root")], "scaled")
            let gate = part("Add", [part("Erf", [scaled], "erf"), scalar(1, "one")], "gate")
            return last("Mul", [part("Mul", [x, scalar(0.5, "half")], "halved"), gate])
        case .geluTanh:
            let cube = part("Mul", [part("Mul", [x, x], "square"), x], "cube")
            let bent = part("Add", [x, part("Mul", [cube, scalar(0.044715, "bend")], "bent")], "sum")
            let scaled = part("Mul", [bent, scalar((2 / Double.pi).squareRoot(), "root")], "scaled")
            let gate = part("Add", [part("Tanh", [scaled], "tanh"), scalar(1, "one")], "gate")
            return last("Mul", [part("Mul", [x, scalar(0.5, "half")], "halved"), gate])
        }
    }
}
