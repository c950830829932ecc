/// How a network with polynomials in place of some activations did on a range of images.
package struct EvaluationOutcome: Hashable, Codable, Sendable {
    /// Images evaluated.
    package let images: Int
    /// Images whose class is their label.
    package let correct: Int
    /// Images whose class is the one that the original network saw.
    package let agreeing: Int
    /// Images that escaped: a replaced site met an |x| beyond ten times the largest bound of its fitted domain or a
    /// value that is not finite, or a logit is not finite. They count as wrong and as not agreeing.
    package let escaped: Int
    /// By site: the share of its values outside the domain that their polynomial was fitted on; nil where the site was
    /// not replaced.
    package let outsideShare: [Double?]
    package let predictions: Predictions

    package init(
        images: Int, correct: Int, agreeing: Int, escaped: Int, outsideShare: [Double?], predictions: Predictions
    ) {
        self.images = images
        self.correct = correct
        self.agreeing = agreeing
        self.escaped = escaped
        self.outsideShare = outsideShare
        self.predictions = predictions
    }
}
