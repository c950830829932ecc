package import Approx

/// A price on trained polynomials that leave the function beyond the values that were seen: their squared error at the
/// anchors of each channel, in units of the largest magnitude there, as a mean over anchors and channels.
///
/// Clamps hide from a loss what a polynomial does behind them, and a quartic does much there: without this price it turns
/// away from the function while it is trained, and images that leave the ranges by a little are thrown out.
package struct AnchorPenalty: Sendable {
    /// The error of one polynomial at its anchors, as a quadratic form in its coefficients c: c'Gc - 2 b'c + constant.
    private struct ErrorForm {
        /// Row after row.
        var gram: [Double]
        var right: [Double]
        var constant: Double
    }

    private let weight: Double
    /// By site: where its coefficients stand in the flat vector, and one form for each of its polynomials.
    private let sites: [(coefficients: Range<Int>, forms: [ErrorForm])]

    /// - Parameter statistics: By site: what it reads.
    package init(on network: TrainableNetwork, statistics: [LayerStatistics], anchors: CurveAnchors, weight: Double) {
        self.weight = weight
        sites = network.activations.enumerated().compactMap { site, activation in
            guard let activation else { return nil }
            let channels =
                activation.approximation.granularity == .layer
                ? [statistics[site].pooled] : statistics[site].channels
            let basis = HermiteBasis(degree: activation.degree), function = network.graph.sites[site].function
            let forms = zip(activation.variables, channels).map { variable, channel in
                Self.form(of: channel.range ?? 0...0, variable: variable, basis: basis, function, anchors)
            }
            return (network.range(of: .coefficients(site: site)), forms)
        }
    }

    private static func form(
        of observed: ClosedRange<Double>, variable: ScaledVariable, basis: HermiteBasis,
        _ function: ActivationFunction, _ anchors: CurveAnchors
    ) -> ErrorForm {
        // A channel of zeros is measured in its layer's deviation, of which its variable has a part.
        let magnitude = max(abs(observed.lowerBound), abs(observed.upperBound))
        let largest = magnitude > 0 ? magnitude : variable.scale
        let points = anchors.points(beyond: observed, largest: largest)
        let share = 1 / (Double(points.count) * largest * largest)
        let size = basis.degree + 1
        var form = ErrorForm(
            gram: Array(repeating: 0, count: size * size), right: Array(repeating: 0, count: size), constant: 0)
        for point in points {
            let values = basis.values(at: (point - variable.center) / variable.scale), target = function(point)
            for row in 0..<size {
                for column in 0..<size { form.gram[row * size + column] += share * values[row] * values[column] }
                form.right[row] += share * values[row] * target
            }
            form.constant += share * target * target
        }
        return form
    }

    /// Adds the gradient.
    ///
    /// - Parameters:
    ///   - values: The flat vector of the network's parameters; `gradient` is in the same order.
    /// - Returns: The price, summed over sites.
    package func add(to gradient: UnsafeMutableBufferPointer<Float>, values: [Float]) -> Double {
        var total = 0.0
        for (coefficients, forms) in sites {
            let size = coefficients.count / max(forms.count, 1), share = weight / Double(forms.count)
            for (index, form) in forms.enumerated() {
                let first = coefficients.lowerBound + index * size
                let own = values[first..<first + size].map(Double.init)
                total += share * form.constant
                for row in 0..<size {
                    let product = (0..<size).reduce(0.0) { $0 + form.gram[row * size + $1] * own[$1] }
                    gradient[first + row] += Float(2 * share * (product - form.right[row]))
                    total += share * own[row] * (product - 2 * form.right[row])
                }
            }
        }
        return total
    }
}
