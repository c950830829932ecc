/// Fits over the channels of one layer.
struct LayerFitting {
    let fitter: FitterKind
    let statistics: LayerStatistics
    let activation: ActivationFunction
    let settings: FitSettings

    /// One polynomial for all channels together, for each degree.
    func perLayer(_ degrees: [Degree]) throws(ApproxError) -> [Fit] {
        let whole = try CurveSample(statistics.pooled, of: activation)
        let curve = curveFitter(over: whole, degrees, stream: 0)
        var fits: [Fit] = []
        for degree in degrees {
            let fit = try curve.fit(degree)
            let approximation = Approximation(granularity: .layer, polynomials: [fit.polynomial], gate: fit.gate)
            let errors = ErrorMeasures(
                of: { approximation.value(at: $0, inChannel: 0) }, against: activation, at: whole.nodes,
                within: whole.range)
            fits.append(
                Fit(
                    degree: degree,
                    approximation: approximation,
                    rootMeanSquareError: errors.rootMeanSquare,
                    maximumError: errors.maximum,
                    range: whole.range,
                    inertia: fit.inertia,
                    fallbackChannels: []))
        }
        return fits
    }

    /// One polynomial per channel, for each degree.
    func perChannel(_ degrees: [Degree]) throws(ApproxError) -> [Fit] {
        let whole = try CurveSample(statistics.pooled, of: activation)
        let wholeCurve = curveFitter(over: whole, degrees, stream: 0)
        let curves = statistics.channels.enumerated().map { channel, statistics -> (any CurveFitter)? in
            guard let sample = try? CurveSample(statistics, of: activation) else { return nil }
            return curveFitter(over: sample, degrees, stream: UInt64(channel) + 1)
        }
        let nodes = statistics.channels.map(\.nodes)
        var fits: [Fit] = []
        for degree in degrees {
            let own = curves.map { try? $0?.fit(degree) }
            let fallbackChannels = own.indices.filter { own[$0] == nil }
            let fallback = fallbackChannels.isEmpty ? nil : try wholeCurve.fit(degree)
            let fitted = own.compactMap { $0 ?? fallback }
            let approximation = Approximation(
                granularity: .channel, polynomials: fitted.map(\.polynomial), gate: fitted.first?.gate)
            let errors = errors(of: approximation, at: nodes)
            fits.append(
                Fit(
                    degree: degree,
                    approximation: approximation,
                    rootMeanSquareError: errors.rootMeanSquare,
                    maximumError: errors.maximum,
                    range: whole.range,
                    inertia: fitter == .centroid ? own.reduce(0) { $0 + ($1?.inertia ?? 0) } : nil,
                    fallbackChannels: fallbackChannels))
        }
        return fits
    }

    private func curveFitter(over sample: CurveSample, _ degrees: [Degree], stream: UInt64) -> any CurveFitter {
        fitter.curveFitter(over: sample, degrees: degrees, settings: settings, stream: stream)
    }

    /// The errors of all channels together: squares by the number of values, the largest of all.
    private func errors(
        of approximation: Approximation, at nodes: [WeightedPoints]
    ) -> (rootMeanSquare: Double, maximum: Double) {
        var squares = 0.0
        var count = 0.0
        var largest = 0.0
        for (channel, statistics) in statistics.channels.enumerated() where statistics.count > 0 {
            let errors = ErrorMeasures(
                of: { approximation.value(at: $0, inChannel: channel) }, against: activation, at: nodes[channel],
                within: statistics.range)
            squares += Double(statistics.count) * errors.rootMeanSquare * errors.rootMeanSquare
            count += Double(statistics.count)
            largest = max(largest, errors.maximum)
        }
        return ((squares / count).squareRoot(), largest)
    }
}
