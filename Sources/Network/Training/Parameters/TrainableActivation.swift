package import Approx

/// What a site computes while it is trained: y = (1 - t) f(u) + t p(u), where u is the input, clamped or not, f the
/// network's own function, p a polynomial with trainable coefficients, and t a blend that each step sets.
///
/// For example, degree 2 from a fit, in the variable that its layer's statistics give, clamped a little beyond the
/// range that the original network showed:
///
///     let activation = TrainableActivation(fit.approximation, statistics: statistics, clampFactor: 1.1)
package struct TrainableActivation: Hashable, Codable, Sendable {
    /// The degrees that can be trained.
    package static let degrees = 0...15

    /// Where values are held before the polynomial and the function read them.
    package struct Clamp: Hashable, Codable, Sendable {
        /// One for all channels, or one for each.
        package var ranges: [ClosedRange<Double>]
        /// Whether gradients pass a clamped value as if it were not; otherwise they end there.
        package var passesGradients: Bool

        package init(ranges: [ClosedRange<Double>], passesGradients: Bool = false) {
            self.ranges = ranges
            self.passesGradients = passesGradients
        }
    }

    /// The polynomials to start from.
    package var approximation: Approximation
    /// One for each polynomial.
    package var variables: [ScaledVariable]
    package var clamp: Clamp?

    package init(_ approximation: Approximation, variables: [ScaledVariable], clamp: Clamp? = nil) {
        self.approximation = approximation
        self.variables = variables
        self.clamp = clamp
    }

    /// In variables of each polynomial's mean and standard deviation, which is taken as no less than half of the layer's:
    /// on a channel that hardly varies, a small coefficient would be a steep polynomial. There a polynomial starts as a
    /// straight line, since in that variable its curve is made of large coefficients that cancel.
    ///
    /// - Parameters:
    ///   - statistics: What the layer reads, over some images.
    ///   - clampFactor: Inputs are held within so many times the range observed, measured from its middle; nil for none.
    package init(_ approximation: Approximation, statistics: LayerStatistics, clampFactor: Double? = nil) {
        let pooled = statistics.pooled
        let channels = approximation.granularity == .layer ? [pooled] : statistics.channels
        let variables = channels.map {
            ScaledVariable(center: $0.mean, scale: max($0.variance.squareRoot(), pooled.spread / 2))
        }
        let polynomials = zip(approximation.polynomials, variables).map { polynomial, variable in
            polynomial.halfWidth < variable.scale / 8 ? polynomial.straightened : polynomial
        }
        self.init(
            Approximation(granularity: approximation.granularity, polynomials: polynomials), variables: variables,
            clamp: clampFactor.map { Clamp(ranges: Self.ranges(of: statistics, factor: $0)) })
    }

    /// So many times the range of each channel, measured from its middle, and no less than half of the layer's standard
    /// deviation to either side.
    static func ranges(of statistics: LayerStatistics, factor: Double) -> [ClosedRange<Double>] {
        let least = statistics.pooled.spread / 2
        return statistics.channels.map { channel in
            let range = channel.range ?? 0...0
            let middle = (range.lowerBound + range.upperBound) / 2
            let reach = max((range.upperBound - range.lowerBound) / 2 * factor, least)
            return middle - reach...middle + reach
        }
    }

    /// The largest degree among the polynomials; all are trained to it.
    package var degree: Int {
        precondition(approximation.gate == nil, "composites are not trained")
        return approximation.degree
    }
}

extension Polynomial {
    /// The first two Chebyshev terms, and 0 for the others.
    fileprivate var straightened: Polynomial {
        let coefficients = converted(to: .chebyshev).coefficients
        return Polynomial(
            basis: .chebyshev, coefficients: coefficients.enumerated().map { $0 < 2 ? $1 : 0 }, domain: domain)
    }
}

extension ChannelStatistics {
    /// The standard deviation; the size of the value where there is only one, or 1.
    fileprivate var spread: Double {
        let deviation = variance.squareRoot()
        if deviation > 1e-6 * max(abs(mean), 1e-6) { return deviation }
        return mean == 0 ? 1 : abs(mean)
    }
}
