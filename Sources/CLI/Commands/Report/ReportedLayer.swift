internal import Approx
internal import Store

/// A layer as a report has it: what the activation sees, and what plans put in its place.
struct ReportedLayer: Encodable {
    /// What was captured on calibration images in the original network.
    struct Inputs: Encodable {
        let images: Int
        let values: UInt64
        /// NaN or infinite.
        let nonFiniteValues: UInt64
        let range: [Double]?
        /// The quantiles 0.001 and 0.999.
        let bulk: [Double]?
        let mean: Double
        let deviation: Double
        /// Ascending, one more than `shares`; both empty where all values are the same.
        let edges: [Double]
        /// Of the values, between two edges each.
        let shares: [Double]
    }

    /// The activation function over the range that is drawn.
    struct Curve: Encodable {
        let positions: [Double]
        let values: [Double]
    }

    /// What one plan puts here.
    struct Replacement: Encodable {
        let plan: String
        let key: String
        let degree: Int
        let granularity: String
        let levels: Int
        let fittedRange: [Double]
        let rmse: Double
        let maximumError: Double
        /// Of the values in the plan's network, on the images of its validation.
        let outsideShare: Double?
        /// With this replacement alone, in the original network; nil if that was not measured.
        let alone: EvaluationReport?
        /// Of the polynomials at each position: quantiles 0.1, 0.5 and 0.9 over the channels fitted there, which are
        /// half of them or more.
        let positions: [Double]
        let lower: [Double]
        let median: [Double]
        let upper: [Double]

        var isByChannel: Bool { granularity == Granularity.channel.rawValue }
    }

    let position: Int
    let name: String
    let activation: String
    /// Channels, height, width.
    let shape: [Int]
    let inputs: Inputs?
    /// Nil where no range is known to draw it over.
    let function: Curve?
    let replacements: [Replacement]

    /// Steps of a histogram.
    private static let steps = 72
    /// Places at which curves are drawn, less one.
    private static let stretches = 144

    /// - Parameter plans: Those that are drawn, each with what stands at this layer.
    init(
        _ layer: LayerRecord, _ plans: [(plan: ComparedPlan, approximation: ApproximationRecord?)],
        dataset: String?, in store: Store
    ) throws {
        position = layer.position
        name = layer.name
        activation = layer.activation.name
        shape = [layer.channels, layer.height, layer.width]
        let shards = try dataset.flatMap { try LayerShards(of: layer.id, dataset: $0, in: store) }
        let pooled = shards?.statistics.pooled
        inputs = shards.flatMap { shards in pooled.map { Inputs($0, images: shards.images, steps: Self.steps) } }
        let fits = plans.compactMap(\.approximation?.fit)
        let fitted = fits.map(\.range)
        let range =
            pooled?.range
            ?? fitted.dropFirst().reduce(fitted.first) { sum, next in sum.map { $0.joined(with: next) } }
        let positions = range.map { range in
            let width = range.upperBound - range.lowerBound
            return (0...Self.stretches).map { range.lowerBound + width * Double($0) / Double(Self.stretches) }
        }
        function = positions.map { Curve(positions: $0, values: $0.map { layer.activation($0) }) }
        replacements = try plans.compactMap { plan, approximation in
            guard let approximation else { return nil }
            // A plan with weights of its own is no set of replacements in the original network.
            let alone =
                plan.refittedWeights
                ? nil : try store.evaluations(of: .approximation(approximation.id), model: layer.model)
            return Replacement(
                plan, approximation.fit, at: layer.position,
                alone: alone?.largest(.validation).map(EvaluationReport.init),
                CurveBand(of: approximation.fit.approximation, at: positions ?? []))
        }
    }
}

extension ReportedLayer.Inputs {
    init(_ seen: ChannelStatistics, images: Int, steps: Int) {
        self.images = images
        values = seen.count
        nonFiniteValues = seen.nonFinite
        range = seen.range?.ends
        bulk = seen.bulk?.ends
        mean = seen.mean
        deviation = seen.variance.squareRoot()
        let histogram = HistogramShares(of: seen, steps: steps)
        edges = histogram?.edges ?? []
        shares = histogram?.shares ?? []
    }
}

extension ReportedLayer.Replacement {
    init(_ plan: ComparedPlan, _ fit: NewApproximation, at layer: Int, alone: EvaluationReport?, _ band: CurveBand) {
        self.plan = plan.plan
        key = plan.key
        degree = fit.degree.value
        granularity = fit.approximation.granularity.rawValue
        levels = fit.levels
        fittedRange = fit.range.ends
        rmse = fit.rootMeanSquareError
        maximumError = fit.maximumError
        let shares = plan.validation?.outsideShares ?? []
        outsideShare = shares.indices.contains(layer) ? shares[layer] : nil
        self.alone = alone
        positions = band.places.map(\.position)
        lower = band.places.map(\.lower)
        median = band.places.map(\.median)
        upper = band.places.map(\.upper)
    }
}
