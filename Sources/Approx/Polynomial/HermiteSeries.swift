internal import Foundation

/// A function of a Gaussian variable as a series of Hermite polynomials, he_n(z) = He_n(z) / sqrt(n!), which are
/// orthonormal under the standard Gaussian.
///
/// c_n = E[f(mean + deviation z) he_n(z)]; the first d + 1 terms are the least-squares polynomial of degree d.
package struct HermiteSeries: Hashable, Sendable {
    /// Of he_0, he_1, ...
    package let coefficients: [Double]
    package let mean: Double
    /// The root of the variance.
    package let deviation: Double

    /// Beyond so many standard deviations the Gaussian is 0 in double precision.
    private static let reach = 38.0
    /// The width of a panel in z: less than one oscillation of he_63.
    private static let panel = 0.5
    private static let quadrature = GaussLegendre(count: 16)

    /// The coefficients up to `degree`, by Gauss-Legendre quadrature on panels that end where `activation` has corners
    /// and shrink where it bends, whatever the variance, which is positive.
    package init(of activation: ActivationFunction, mean: Double, variance: Double, degree: Int) {
        precondition(variance > 0 && degree >= 0, "a spread and a degree")
        let deviation = variance.squareRoot()
        let reach = Self.reach
        let pieces = activation.pieces(of: mean - reach * deviation...mean + reach * deviation).dropFirst().dropLast()
        let panels = Array(stride(from: -reach, through: reach, by: Self.panel))
        var sums = [Double](repeating: 0, count: degree + 1)
        Self.quadrature.forEachNode(between: (panels + pieces.map { ($0 - mean) / deviation }).sorted()) { z, weight in
            let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
            let scale = weight * density * activation(mean + deviation * z)
            Self.forEachHermite(upTo: degree, at: z, scale) { sums[$0] += $1 }
        }
        coefficients = sums
        self.mean = mean
        self.deviation = deviation
    }

    /// The terms up to `degree` at `x`.
    package func callAsFunction(_ x: Double, degree: Int) -> Double {
        var sum = 0.0
        Self.forEachHermite(upTo: degree, at: (x - mean) / deviation, 1) { sum += coefficients[$0] * $1 }
        return sum
    }

    /// `scale` * he_n(z) for n = 0, 1, ...: sqrt(n + 1) he_(n+1) = z he_n - sqrt(n) he_(n-1).
    private static func forEachHermite(
        upTo degree: Int, at z: Double, _ scale: Double, _ body: (_ n: Int, _ value: Double) -> Void
    ) {
        var (before, value) = (0.0, scale)
        for n in 0...degree {
            body(n, value)
            let root = Double(n + 1).squareRoot()
            (before, value) = (value, (z * value - Double(n).squareRoot() * before) / root)
        }
    }
}
