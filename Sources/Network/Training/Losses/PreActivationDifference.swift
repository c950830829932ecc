internal import CDNNL

/// The mean squared difference of the student's pre-activations from the teacher's at some sites, each in units of a
/// variance of that site, so that all sites count alike.
package struct PreActivationDifference: Hashable, Sendable {
    /// By site: the variance to measure in, such as that of the teacher's pre-activations; nil or 0 leaves the
    /// site out.
    package var variances: [Double?]
    package var weight: Double

    package init(variances: [Double?], weight: Double = 1) {
        self.variances = variances
        self.weight = weight
    }

    /// Adds the gradient to the pass.
    ///
    /// - Returns: The micro-batch's part of the batch's loss: the mean over values and images, summed over sites.
    /// - Throws: ``TrainingError/siteMismatch(site:reason:)`` where the networks differ, or the engine was not made for
    ///   gradients at a site.
    package func add(to pass: TrainingPass, teacher: ForwardPass) throws(TrainingError) -> Double {
        var total = 0.0
        for (site, variance) in variances.enumerated() {
            // A site that does not vary has nothing to be measured in.
            guard let variance, variance > 0 else { continue }
            guard site < pass.forward.siteCount, site < teacher.siteCount else {
                throw .unknownSite(site, sites: min(pass.forward.siteCount, teacher.siteCount))
            }
            let own = pass.forward.preActivations(of: site), other = teacher.preActivations(of: site)
            guard own.shape == other.shape, own.block == other.block, own.images == other.images else {
                throw .siteMismatch(
                    site: site, reason: "\(own.images) x \(own.shape) and \(other.images) x \(other.shape)")
            }
            guard let gradient = pass.preActivationGradient(of: site) else {
                throw .siteMismatch(site: site, reason: "the engine was made without a gradient there")
            }
            let factor = weight / (Double(pass.batchSize * own.shape.count) * variance)
            total +=
                factor
                * cdnnl_squared_difference(
                    own.values.baseAddress, other.values.baseAddress, Float(2 * factor), gradient.baseAddress,
                    own.values.count)
        }
        return total
    }
}
