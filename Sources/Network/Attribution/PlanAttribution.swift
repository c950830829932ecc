/// What each layer of a plan costs, and why.
///
/// A *layer* here is a site's polynomial together with the refitted weights that belong to it, see
/// ``PlannedNetwork/owners(in:)``; weights of the head are the original's in the original network and the plan's in the
/// plan's. A layer is exchanged as a whole in both directions. Refitted weights make up for errors of the layers before
/// them, which the original network does not make: what such a layer costs alone includes that.
package struct PlanAttribution: Hashable, Codable, Sendable {
    /// How a network did on the images.
    package struct Count: Hashable, Codable, Sendable {
        package var correct = 0
        /// Images with the class that the original network saw.
        package var agreeing = 0
        package var escaped = 0

        mutating func add(_ other: Count) {
            correct += other.correct
            agreeing += other.agreeing
            escaped += other.escaped
        }
    }

    /// Where the error behind a layer comes from.
    package enum Cause: String, Codable, Sendable {
        /// Values outside of the range that the polynomial was fitted on.
        case range
        /// The polynomial itself, inside that range and with the original network's values.
        case fit
        /// What was already wrong in the layer's input.
        case accumulated
    }

    /// One layer. Errors are mean squares, relative to the variance of what the original network has there, over images
    /// that have not escaped there or before; nil where there is no such image or no variance.
    package struct Layer: Hashable, Codable, Sendable {
        /// Whether a polynomial stands here.
        package let isReplaced: Bool
        /// Only this layer is the plan's, all others the original's.
        package let onlyThis: Count
        /// Only this layer is the original's, all others the plan's.
        package let withoutThis: Count
        /// Of the pre-activations that the original layer has in the plan's network.
        package let inputError: Double?
        /// Of the layer's output in the plan's network.
        package let outputError: Double?
        /// The polynomial's own error inside of its range, with only this layer replaced.
        package let fitError: Double?
        /// The polynomial's own error outside of its range, in the plan's network.
        package let rangeError: Double?
        /// Of what the original layer makes of the plan's input.
        package let accumulatedError: Double?
        /// Share of values outside of the fitted range in the plan's network, and with only this layer replaced.
        package let outsideShare: Double?
        package let outsideShareAlone: Double?
        /// Images that reached the layer in the plan's network, and of those the ones that escaped here.
        package let arriving: Int
        package let escaped: Int

        /// The largest of the three errors; ``Cause/range`` where most images escape here; nil where nothing is
        /// replaced.
        package var cause: Cause? {
            guard isReplaced else { return nil }
            if arriving > 0, 2 * escaped > arriving { return .range }
            let errors: [(Cause, Double)] = [
                (.fit, fitError ?? 0), (.range, rangeError ?? 0), (.accumulated, accumulatedError ?? 0),
            ]
            return errors.max { $0.1 < $1.1 }.flatMap { $0.1 > 0 ? $0.0 : nil }
        }

        /// The larger of the points of agreement that the layer loses alone and that the plan would gain without it.
        package func cost(in attribution: PlanAttribution) -> Double {
            let alone = attribution.original.agreeing - onlyThis.agreeing
            let gain = withoutThis.agreeing - attribution.planned.agreeing
            return 100 * Double(max(alone, gain)) / Double(max(1, attribution.images))
        }
    }

    package let images: Int
    package let original: Count
    package let planned: Count
    /// One per site, in their order.
    package let layers: [Layer]

    /// Measures a plan.
    ///
    /// - Parameters:
    ///   - checkpoint: Called from any thread, one at a time, with the number of images done; throwing stops.
    ///   - batch: Images in a batch; part of the bits of the result.
    /// - Returns: The same for any number of threads.
    package init(
        of network: PlannedNetwork, _ images: ImageSet, _ range: Range<Int>, preprocessing: Preprocessing,
        threads: Int, batch: Int = NetworkRunner.defaultBatch,
        checkpoint: @escaping @Sendable (Int) throws -> Void
    ) throws {
        guard threads > 0 else { throw InferenceError.threadCount(threads) }
        let twins = try TwinPrograms(network, preprocessing: preprocessing, batch: batch)
        let progress = ImageProgress(checkpoint)
        let parts = (range.count + batch - 1) / batch
        let tallies = try OrderedParts(count: parts, threads: threads).map { part in
            let start = range.lowerBound + part * batch
            let end = min(start + batch, range.upperBound)
            var tally = AttributionTally(sites: network.original.sites)
            try twins.runner.forEachBatch(of: images, start..<end, exposing: twins.exposure, checkpoint: { _ in }) {
                pass in
                try pass.session.prepare(for: twins.planned)
                var work = AttributionBatch(twins, network, images, pass)
                tally = try work.measured()
                try progress.add(end - start)
            }
            return tally
        }
        var total = AttributionTally(sites: network.original.sites)
        for tally in tallies { total.add(tally) }
        self.init(total, images: range.count, network: network)
    }

    private init(_ total: AttributionTally, images: Int, network: PlannedNetwork) {
        self.images = images
        original = total.original
        planned = total.planned
        let isChanged = network.plan.map { $0 != nil }
        layers = total.sites.enumerated().map { site, sums in
            Layer(sums, isReplaced: isChanged[site])
        }
    }
}

extension PlanAttribution.Layer {
    fileprivate init(_ sums: AttributionTally.Site, isReplaced: Bool) {
        func relative(_ sum: Double, _ errors: AttributionTally.Errors, _ moments: ChannelMoments) -> Double? {
            let variance = moments.variance
            guard errors.values > 0, variance > 0, sum.isFinite else { return nil }
            return sum / Double(errors.values) / variance
        }
        func share(_ errors: AttributionTally.Errors) -> Double? {
            isReplaced && errors.values > 0 ? Double(errors.outsideValues) / Double(errors.values) : nil
        }
        self.init(
            isReplaced: isReplaced, onlyThis: sums.onlyThis, withoutThis: sums.withoutThis,
            inputError: relative(sums.planned.input, sums.planned, sums.originalInput),
            outputError: relative(sums.planned.output, sums.planned, sums.originalOutput),
            fitError: isReplaced ? relative(sums.alone.inside, sums.alone, sums.originalOutput) : nil,
            rangeError: isReplaced ? relative(sums.planned.outside, sums.planned, sums.originalOutput) : nil,
            accumulatedError: relative(sums.planned.accumulated, sums.planned, sums.originalOutput),
            outsideShare: share(sums.planned), outsideShareAlone: share(sums.alone), arriving: sums.arriving,
            escaped: sums.escaped)
    }
}
