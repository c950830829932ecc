internal import CDNNL

/// A price on pre-activations outside a range: the mean of the squared excess, in units of the half-width of the layer's
/// widest range.
///
/// With a range inside that of a clamp it keeps values away from the clamp, so that this can be dropped at the end.
package struct RangePenalty: Sendable {
    package let weight: Double
    private let sites: [Bounds?]

    private struct Bounds: Sendable {
        /// One per channel, and as many more as fill a block, where nothing is outside.
        var lower: [Float]
        var upper: [Float]
        var halfWidth: Double
    }

    /// - Parameter ranges: By site: one range for all channels, or one for each; empty leaves the site out.
    /// - Throws: ``TrainingError`` where a list is too long or short.
    package init(
        ranges: [[ClosedRange<Double>]], of graph: NetworkGraph, weight: Double
    ) throws(TrainingError) {
        guard ranges.count == graph.sites.count else {
            throw .activationCount(ranges.count, sites: graph.sites.count)
        }
        var sites: [Bounds?] = []
        for (site, ranges) in zip(graph.sites, ranges) {
            let channels = site.shape.channels
            guard let first = ranges.first else {
                sites.append(nil)
                continue
            }
            guard ranges.count == 1 || ranges.count == channels else {
                throw .clampCount(site: site.name, ranges: ranges.count, channels: channels)
            }
            let all = ranges.count == 1 ? Array(repeating: first, count: channels) : ranges
            let filling = Array(repeating: Float.infinity, count: 15)
            let widest = all.reduce(0) { max($0, ($1.upperBound - $1.lowerBound) / 2) }
            sites.append(
                Bounds(
                    lower: all.map { Float($0.lowerBound) } + filling.map { -$0 },
                    upper: all.map { Float($0.upperBound) } + filling, halfWidth: widest > 0 ? widest : 1))
        }
        self.sites = sites
        self.weight = weight
    }

    /// Adds the gradient to the pass.
    ///
    /// - Returns: The micro-batch's part of the batch's loss: the mean over values and images, summed over sites.
    /// - Throws: ``TrainingError/siteMismatch(site:reason:)`` where the engine was not made for gradients at a site.
    package func add(to pass: TrainingPass) throws(TrainingError) -> Double {
        var total = 0.0
        for (site, bounds) in sites.enumerated() {
            guard let bounds else { continue }
            let own = pass.forward.preActivations(of: site)
            guard let gradient = pass.preActivationGradient(of: site) else {
                throw .siteMismatch(site: site, reason: "the engine was made without a gradient there")
            }
            var tensor = BatchTensor(images: own.images, shape: own.shape, block: own.block).described
            let factor = weight / (Double(pass.batchSize * own.shape.count) * bounds.halfWidth * bounds.halfWidth)
            total +=
                factor
                * cdnnl_range_excess(
                    &tensor, own.values.baseAddress, bounds.lower, bounds.upper, Float(2 * factor),
                    gradient.baseAddress)
        }
        return total
    }
}
