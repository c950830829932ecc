/// A layer's linear piece and polynomials, refitted together so that the polynomial network meets the activations of
/// the original network.
///
/// First the weights: ridge regression of the original pre-activations on what the polynomial network feeds them. Then
/// weights and polynomials together: with the polynomial of each channel always the least-squares one (variable
/// projection, Golub and Pereyra 1973), the weights descend on E (p(w a) - f(z))^2 by conjugate gradients,
/// preconditioned with the Gram matrix of the inputs, which makes the first step that of Gauss-Newton with a curvature
/// averaged over the rows. The exact search along a direction costs no matrix product, since pre-activations are linear
/// in the weights.
package struct LayerReconstruction: Sendable {
    package struct Result: Sendable {
        /// Channels x features, the last feature being the bias.
        package var weights: [Float]
        /// One per channel.
        package var polynomials: [Polynomial]
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

    package init(
        _ sample: LayerSample, function: ActivationFunction, degree: Degree, settings: ReconstructionSettings,
        threads: Int
    ) {
        self.sample = sample
        self.function = function
        self.degree = degree.value
        self.settings = settings
        self.threads = threads
    }

    /// - Parameter original: The weights of the original network, channels x features with the bias last.
    /// - Throws: ``ApproxError`` when the sample is empty or not finite.
    package func solve(original: [Float]) throws(ApproxError) -> Result {
        let regression = try LinearReconstruction(sample, ridge: settings.ridge, threads: threads)
            .solve(original: original)
        var descent = JointDescent(
            sample, function: function, degree: degree, system: regression.system, settings: settings, threads: threads)
        let outcome = descent.run(from: regression.weights)
        return Result(
            weights: outcome.weights, polynomials: outcome.polynomials,
            preActivationError: regression.heldOutError, initialError: outcome.initialError, error: outcome.error,
            steps: outcome.steps, reciprocalCondition: regression.system.reciprocalCondition)
    }

    /// The polynomials alone, where nothing can be refitted: least squares on the sample's addend.
    ///
    /// - Throws: ``ApproxError/noValues`` when the sample is too small.
    package func polynomials() throws(ApproxError) -> [Polynomial] {
        try sample.validate()
        return JointDescent.polynomials(
            sample, function: function, degree: degree, settings: settings, threads: threads)
    }
}
