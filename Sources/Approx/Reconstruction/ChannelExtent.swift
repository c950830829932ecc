/// Where the values of one channel lie, and the variable t = (u - center) * inverseScale in which its polynomial is fitted:
/// with mean and standard deviation, powers of t are as far apart as powers can be.
package struct ChannelExtent: Hashable, Sendable {
    /// The mean, in the precision of the values.
    package let center: Float
    /// One over the standard deviation; 1 for a channel that hardly varies.
    package let inverseScale: Float
    /// From the least value to the largest; 0...0 where there is none.
    package let observed: ClosedRange<Double>

    /// - Parameters:
    ///   - sum: Of `count` values, as is `squares`.
    ///   - observed: From the least of them to the largest; nil where there is none.
    package init(count: Double, sum: Double, squares: Double, observed: ClosedRange<Double>?) {
        let mean = count > 0 ? sum / count : 0
        let variance = count > 0 ? squares / count - mean * mean : 0
        center = Float(mean)
        inverseScale = variance > 1e-12 * mean * mean ? Float(1 / variance.squareRoot()) : 1
        self.observed = observed ?? 0...0
    }

    /// The largest magnitude; 1 where that is 0.
    package var reach: Double {
        let largest = max(abs(observed.lowerBound), abs(observed.upperBound))
        return largest > 0 ? largest : 1
    }

    /// Coefficients in powers of t with which two squarings can express a degree 4, as ``Polynomial/inTwoSquarings``.
    func inTwoSquarings(_ coefficients: [Double]) -> [Double] {
        guard coefficients.count == 5 else { return coefficients }
        var held = coefficients
        held[4] += Polynomial.missingQuartic(in: coefficients, scale: 1 / (Double(inverseScale) * reach))
        return held
    }

    /// Coefficients in powers of t as coefficients in powers of s = u / `reach`.
    func rescaled(_ coefficients: [Double]) -> [Double] {
        let slope = reach * Double(inverseScale), offset = -Double(center) * Double(inverseScale)
        // Horner's rule over polynomials in s: multiply by t = slope * s + offset, add the next coefficient.
        return coefficients.reversed().reduce(into: []) { result, coefficient in
            var next = [coefficient] + result.map { slope * $0 }
            for (power, value) in result.enumerated() { next[power] += offset * value }
            result = next
        }
    }
}
