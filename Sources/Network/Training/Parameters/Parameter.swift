/// One tensor among the values that training changes, and where it stands in the flat vector of all of them.
package struct Parameter: Hashable, Sendable {
    package enum Role: Hashable, Sendable {
        /// Of a convolution or a linear layer, in the order of ``Operation``.
        case weights(node: Int)
        /// Of a convolution or a linear layer.
        case bias(node: Int)
        /// Factors of an affine node, or of the batch normalisation behind a convolution.
        case scale(node: Int)
        /// What an affine node adds, or the batch normalisation behind a convolution.
        case shift(node: Int)
        /// Polynomial after polynomial, each from the constant up, in the basis of ``HermiteBasis``.
        case coefficients(site: Int)
        /// Of a batch normalisation: averaged over steps, not trained.
        case runningMean(node: Int)
        /// Of a batch normalisation: averaged over steps, not trained.
        case runningVariance(node: Int)
        /// Of a normalised expansion.
        case expansionScale(site: Int)
        /// Of a normalised expansion.
        case expansionShift(site: Int)
        /// Of a normalised expansion, averaged over steps, not trained: of x in all channels, and then of x^2.
        case expansionMean(site: Int)
        /// Beside ``expansionMean(site:)``.
        case expansionVariance(site: Int)
    }

    package var role: Role
    /// For messages, such as `conv1 weights`.
    package var name: String
    package var range: Range<Int>
    /// Whether gradients change it: not running statistics, and not the bias in front of a batch normalisation. That has no
    /// effect, and its gradient is what rounding leaves, of which some optimisers would make steps of full size.
    package var isTrained: Bool

    /// Whether it is averaged over steps.
    package var isRunningStatistic: Bool {
        switch role {
        case .runningMean, .runningVariance, .expansionMean, .expansionVariance: true
        default: false
        }
    }
}
