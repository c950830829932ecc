/// How gradients become steps.
package enum OptimisationMethod: Hashable, Codable, Sendable {
    /// v = momentum v + g, and a step along v; with Nesterov's look ahead, along g + momentum v (Sutskever et al. 2013).
    case sgd(momentum: Double = 0, nesterov: Bool = false)
    /// Adam (Kingma and Ba 2015). With `decouplesDecay`, weights decay by themselves and not through the gradient: AdamW
    /// (Loshchilov and Hutter 2019).
    case adam(
        firstDecay: Double = 0.9, secondDecay: Double = 0.999, epsilon: Double = 1e-8, decouplesDecay: Bool = false)

    /// Muon (Jordan et al. 2024) for weights, which are matrices of outputs x inputs: steps of the size that Adam's have
    /// (Liu et al. 2025), along the orthogonal matrix next to the averaged gradient. For all else AdamW, with 0.9 as
    /// its first decay.
    case muon(momentum: Double = 0.95, secondDecay: Double = 0.999, epsilon: Double = 1e-8)

    /// Vectors of the parameters' length that the method remembers.
    var momentCount: Int {
        switch self {
        case .sgd(let momentum, _): momentum == 0 ? 0 : 1
        case .adam, .muon: 2
        }
    }
}

/// Parameters that share a learning rate.
package struct ParameterGroup: Hashable, Codable, Sendable {
    package enum Selection: String, Codable, CaseIterable, Sendable {
        case weights
        /// Biases, and scales and shifts of affine nodes, normalisations and expansions.
        case biases
        case coefficients

        /// Whether the group holds tensors of this role.
        package func contains(_ role: Parameter.Role) -> Bool {
            switch (self, role) {
            case (.weights, .weights): true
            case (.biases, .bias), (.biases, .scale), (.biases, .shift), (.biases, .expansionScale),
                (.biases, .expansionShift):
                true
            case (.coefficients, .coefficients): true
            default: false
            }
        }
    }

    package var selections: Set<Selection>
    /// At the top of the schedule; 0 keeps the parameters as they are.
    package var learningRate: Double
    package var weightDecay: Double

    package init(_ selections: Set<Selection>, learningRate: Double, weightDecay: Double = 0) {
        self.selections = selections
        self.learningRate = learningRate
        self.weightDecay = weightDecay
    }
}
