/// What an attribution has counted so far; those of the batches add up in the order of the images.
struct AttributionTally: Sendable {
    /// Sums over one site.
    struct Site: Sendable {
        var originalInput: ChannelMoments
        var originalOutput: ChannelMoments
        /// In the plan's network, over images that have not escaped there or before.
        var planned = Errors()
        /// With only this layer replaced, over images that have not escaped.
        var alone = Errors()
        var arriving = 0
        var escaped = 0
        /// What the two variants of the network made of the images.
        var onlyThis = PlanAttribution.Count()
        var withoutThis = PlanAttribution.Count()

        init(channels: Int) {
            originalInput = ChannelMoments(channels: channels)
            originalOutput = originalInput
        }
    }

    /// Sums of squared differences at a site.
    struct Errors: Sendable {
        var values = 0
        var outsideValues = 0
        /// Of the layer itself, where its input is in the fitted range and where it is not.
        var inside = 0.0
        var outside = 0.0
        /// Of the input and the output against the original network's.
        var input = 0.0
        var output = 0.0
        /// Of what the original layer would make of the plan's input, against the original network's output.
        var accumulated = 0.0

        mutating func add(_ other: Errors) {
            values += other.values
            outsideValues += other.outsideValues
            inside += other.inside
            outside += other.outside
            input += other.input
            output += other.output
            accumulated += other.accumulated
        }
    }

    var sites: [Site]
    var original = PlanAttribution.Count()
    var planned = PlanAttribution.Count()

    init(sites: [NetworkGraph.ActivationSite]) {
        self.sites = sites.map { Site(channels: $0.shape.channels) }
    }

    mutating func add(_ other: AttributionTally) {
        original.add(other.original)
        planned.add(other.planned)
        for index in sites.indices {
            let part = other.sites[index]
            sites[index].originalInput.add(part.originalInput)
            sites[index].originalOutput.add(part.originalOutput)
            sites[index].planned.add(part.planned)
            sites[index].alone.add(part.alone)
            sites[index].arriving += part.arriving
            sites[index].escaped += part.escaped
            sites[index].onlyThis.add(part.onlyThis)
            sites[index].withoutThis.add(part.withoutThis)
        }
    }
}
