/// A layer's linear piece, refitted together with the polynomials behind it so that these meet the activations of the
/// original network.
///
/// First the weights: ridge regression of the original pre-activations on what the polynomial network feeds them. Then
/// weights and polynomials together: with the polynomial of each channel always the least-squares one (variable
/// projection, Golub and Pereyra 1973), the weights descend on E (p(w a) - f(z))^2 by conjugate gradients,
/// preconditioned with the Gram matrix of the inputs, which makes the first step that of Gauss-Newton with a curvature
/// averaged over the rows. The exact search along a direction costs no matrix product, since pre-activations are linear
/// in the weights.
package struct LayerReconstruction: Sendable {
    package struct Result: Hashable, Sendable {
        /// Channels x features, the last feature being the bias.
        package var weights: [Float]
        /// Held-out squared errors of all channels over their targets' variance: of the pre-activation after the ridge
        /// regression, of the activation before and after the joint steps.
        package var preActivationError: Double
        package var initialError: Double
        package var error: Double
        /// Joint steps of the channel that took most.
        package var steps: Int
        package var reciprocalCondition: Double
    }

    private let sample: LayerSample
    private let function: ActivationFunction
    private let degree: Int
    private let settings: ReconstructionSettings
    private let threads: Int
    private let stop: StopCheck

    package init(
        _ sample: LayerSample, function: ActivationFunction, degree: Degree, settings: ReconstructionSettings,
        threads: Int, stop: @escaping StopCheck = {}
    ) {
        self.sample = sample
        self.function = function
        self.degree = degree.value
        self.settings = settings
        self.threads = threads
        self.stop = stop
    }

    /// - Parameter original: The weights of the original network, channels x features with the bias last.
    /// - Throws: ``ApproxError`` when the sample is empty or not finite; what the check for a stop throws.
    package func solve(original: [Float]) throws -> Result {
        let regression = try LinearReconstruction(sample, ridge: settings.ridge, threads: threads, stop: stop)
            .solve(original: original)
        var descent = JointDescent(
            sample, function: function, degree: degree, system: regression.system, settings: settings,
            threads: threads, stop: stop)
        let outcome = try descent.run(from: regression.weights)
        return Result(
            weights: outcome.weights, preActivationError: regression.heldOutError,
            initialError: outcome.initialError, error: outcome.error, steps: outcome.steps,
            reciprocalCondition: regression.system.reciprocalCondition)
    }
}
