internal import Approx

/// An activation as a Hermite expansion of degree 2 whose terms are normalised one by one ("HerPN", Park, Kim, Lee and Ahn
/// 2022, AESPA):
///
///     y = scale (f_0 + f_1 N(h_1(x)) + f_2 N(h_2(x))) + shift,   h_1(x) = x,   h_2(x) = (x^2 - 1) / sqrt(2)
///
/// f_k are the function's coefficients under the standard Gaussian and stay as they are: 1 / sqrt(2 pi), 1 / 2 and
/// 1 / (2 sqrt(pi)) of ReLU. N is a batch normalisation of one term in one channel; scale and shift, one for each
/// channel, are trained. With statistics that stand still this is a quadratic for each channel.
///
/// N(h_2) is (x^2 - mean(x^2)) / sqrt(variance(x^2) + 2 epsilon), so statistics are those of x and of x^2.
struct NormalisedExpansion: Hashable, Sendable {
    /// f_0, f_1 and f_2.
    let coefficients: [Double]

    /// Below this share of the linear term the quadratic one is what rounding leaves, as of an odd function.
    private static let leastShare = 1e-6

    /// - Returns: Nil where the expansion is a straight line.
    init?(of function: ActivationFunction) {
        coefficients = HermiteSeries(of: function, mean: 0, variance: 1, degree: 2).coefficients
        guard coefficients.allSatisfy(\.isFinite), abs(coefficients[2]) > Self.leastShare * abs(coefficients[1])
        else { return nil }
    }

    /// Mean and variance of a term.
    struct Moments: Hashable, Sendable {
        var mean: Double
        var variance: Double
    }

    /// What one channel is normalised by: the moments of x and of x^2.
    struct Statistics: Hashable, Sendable {
        var first: Moments
        var second: Moments

        /// By what N divides h_1 and, in units of x^2, h_2.
        var deviations: (first: Double, second: Double) {
            (
                (first.variance + TrainableNetwork.normalisationEpsilon).squareRoot(),
                (second.variance + 2 * TrainableNetwork.normalisationEpsilon).squareRoot()
            )
        }
    }

    /// The factors of 1, x and x^2 in one channel.
    func powers(_ statistics: Statistics, scale: Double, shift: Double) -> [Double] {
        let deviations = statistics.deviations
        let linear = scale * coefficients[1] / deviations.first
        let square = scale * coefficients[2] / deviations.second
        return [
            scale * coefficients[0] + shift - linear * statistics.first.mean - square * statistics.second.mean, linear,
            square,
        ]
    }
}
