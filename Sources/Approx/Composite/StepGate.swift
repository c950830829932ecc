/// What makes a ReLU of an approximation's polynomial p: x h(x), where h = c_k(...c_1(p(x))) is close to 0 below 0 and to 1
/// above it.
package struct StepGate: Hashable, Codable, Sendable {
    /// c_1, c_2, ... in the order of their application; none where p is the step by itself.
    package let components: [Polynomial]

    package init(components: [Polynomial]) {
        self.components = components
    }

    /// The value that becomes of `value` = p(x).
    package func callAsFunction(_ x: Double, _ value: Double) -> Double {
        x * components.reduce(value) { $1($0) }
    }
}

extension CompositeReLU {
    /// The same function as a polynomial and what makes a ReLU of it: half of one more than the sign is the step.
    package var step: (polynomial: Polynomial, gate: StepGate) {
        var components = sign.components
        let last = components.removeLast()
        var coefficients = last.coefficients.map { $0 / 2 }
        // The constant has index 0 in both bases.
        coefficients[0] += 0.5
        components.append(Polynomial(basis: last.basis, coefficients: coefficients, domain: last.domain))
        return (components[0], StepGate(components: Array(components.dropFirst())))
    }
}
