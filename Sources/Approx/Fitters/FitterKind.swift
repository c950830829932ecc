/// The methods that turn the statistics of a layer into a polynomial.
package enum FitterKind: String, CaseIterable, Codable, Sendable {
    /// k-means on (x, f(x)), then interpolation through the centroids (Nam, Joo, Ha and Paek 2024).
    case centroid
    /// Least squares, weighted by how often values occur.
    case leastSquares = "least-squares"
    /// The least largest error on the observed range, by Remez's exchange.
    case minimax
    /// The projection under the Gaussian with the values' mean and variance.
    case hermite
    /// ReLU as a composite of minimax signs, precise to 2^-alpha of the range (Lee et al. 2021); see ``CompositeReLU``.
    case composite

    /// Those that make one polynomial of any degree.
    package static let polynomials = allCases.filter { $0 != .composite }

    /// Whether there are fits of `degree`: composites have only those of their precisions.
    package func accepts(_ degree: Degree) -> Bool {
        self == .composite
            ? CompositeReLU.precision(ofDegree: degree.value) != nil : Degree.allowed.contains(degree.value)
    }
}

extension FitterKind {
    /// Fits polynomials of `degrees` to the activation `f` where the layer's values lie.
    ///
    /// A fit depends on the statistics, the activation, its degree and the settings alone, not on the other degrees.
    /// With one polynomial per channel, a channel that cannot carry a fit of its own (dead, constant, too few different
    /// values, coincident centroids, an ill-conditioned system, an exchange without end) takes the polynomial of the whole
    /// layer and is listed in the fit.
    ///
    /// For example:
    ///
    ///     let fits = try FitterKind.leastSquares.fit(statistics, of: .relu, degrees: [Degree(2), Degree(4)],
    ///         settings: FitSettings(granularity: .channel))
    ///
    /// - Returns: One fit per degree, in the same order.
    /// - Throws: ``ApproxError/degreeOutOfRange(_:allowed:)`` for a degree that the fitter does not make,
    ///   ``ApproxError/onlyForReLU(activation:)`` for a composite of another activation, and when the layer as a whole cannot be fitted: no or only non-finite values, a constant
    ///   input, too few different values, coincident centroids, an ill-conditioned system, or an exchange without end.
    package func fit(
        _ statistics: LayerStatistics, of f: ActivationFunction, degrees: [Degree], settings: FitSettings
    ) throws(ApproxError) -> [Fit] {
        try settings.validate()
        for degree in degrees where !accepts(degree) {
            throw .degreeOutOfRange(degree.value, allowed: Degree.allowed)
        }
        let fitting = LayerFitting(fitter: self, statistics: statistics, activation: f, settings: settings)
        return switch settings.granularity {
        case .layer: try fitting.perLayer(degrees)
        case .channel: try fitting.perChannel(degrees)
        }
    }
}
