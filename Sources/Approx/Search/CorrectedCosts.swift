internal import Foundation

/// The additive model, brought in line with what whole networks did.
///
/// The logarithm of a plan's disagreement is taken as an intercept plus a multiple of its cost plus a correction for each
/// option of each layer: a better layer takes away a share of the disagreement rather than a number of images. The
/// corrections have a Gaussian prior around 0, so that few trials move them little: Bayesian linear regression in its
/// dual form (Rasmussen and Williams 2006, section 2.1.2), where two plans are as similar as the share of layers on which
/// they agree.
package struct CorrectedCosts {
    /// Variance of the noise and of what no sum over layers explains, as a multiple of the corrections' variance.
    private static let noise = 0.25
    /// Added to disagreements: two images of a thousand. A plan that agrees everywhere is not infinitely better.
    private static let floor = 0.002

    /// By layer and option: what to hand to ``SearchSpace/with(costs:)``.
    package let costs: [[Double]]
    private let intercept: Double
    /// Of a plan around what its costs say.
    private let deviation: Double

    /// - Parameter trials: None is needed; less than two leave the costs as they are.
    package init(of space: SearchSpace, trials: [SearchTrial]) {
        let plain = space.options.map { $0.map(\.cost) }
        guard trials.count > 1 else {
            (costs, intercept, deviation) = (plain, 0, 0)
            return
        }
        let sums = trials.map { space.cost(of: $0.choices) }
        let losses = trials.map { Self.loss(ofAgreement: $0.agreement) }
        let (slope, intercept) = Self.line(sums, losses)
        let residuals = zip(sums, losses).map { $1 - intercept - slope * $0 }
        let layers = Double(space.options.count)
        var similarities = Matrix(rows: trials.count, columns: trials.count)
        for row in trials.indices {
            for column in trials.indices {
                let shared = zip(trials[row].choices, trials[column].choices).count { $0 == $1 }
                similarities[row, column] = Double(shared) / layers + (row == column ? Self.noise : 0)
            }
        }
        let weights = LAPACK.solve(similarities, residuals)?.solution ?? residuals.map { _ in 0 }
        costs = plain.enumerated().map { layer, plain in
            plain.enumerated().map { option, cost in
                zip(trials, weights).reduce(slope * cost) { sum, trial in
                    trial.0.choices[layer] == option ? sum + trial.1 / layers : sum
                }
            }
        }
        self.intercept = intercept
        // The likeliest variance of the corrections, of which noise is the part that stays unknown.
        let variance = max(zip(residuals, weights).reduce(0) { $0 + $1.0 * $1.1 }, 0) / Double(trials.count)
        deviation = (Self.noise * variance).squareRoot()
    }

    /// By how much a plan may be expected to lower the logarithm of the disagreement of another one (expected
    /// improvement: Jones, Schonlau and Welch 1998, equation 15).
    ///
    /// - Parameters:
    ///   - cost: Of the plan, the sum of its ``costs``.
    ///   - agreement: Of the other one, which was tried.
    package func expectedGain(cost: Double, over agreement: Double) -> Double {
        let gain = Self.loss(ofAgreement: agreement) - intercept - cost
        guard deviation > 0 else { return max(0, gain) }
        let z = gain / deviation
        let below = erfc(-z / 2.squareRoot()) / 2
        return gain * below + deviation * exp(-z * z / 2) / (2 * Double.pi).squareRoot()
    }

    private static func loss(ofAgreement agreement: Double) -> Double { log(max(0, 1 - agreement) + floor) }

    /// Least squares; a slope that is not positive says nothing about single layers, and becomes a small one.
    private static func line(_ x: [Double], _ y: [Double]) -> (slope: Double, intercept: Double) {
        let count = Double(x.count)
        let (meanX, meanY) = (x.reduce(0, +) / count, y.reduce(0, +) / count)
        let spread = x.reduce(0) { $0 + ($1 - meanX) * ($1 - meanX) }
        let joint = zip(x, y).reduce(0) { $0 + ($1.0 - meanX) * ($1.1 - meanY) }
        let range = (y.max() ?? 0) - (y.min() ?? 0)
        let width = (x.max() ?? 0) - (x.min() ?? 0)
        let least = width > 0 ? 0.1 * range / width : 0
        let slope = max(spread > 0 ? joint / spread : 0, least, 1e-3)
        return (slope, meanY - slope * meanX)
    }
}
