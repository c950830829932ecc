package import Approx
internal import Foundation

/// One polynomial p(x) as squarings of u = (x + shift) * factor, which is a linear function of what the layer reads.
///
/// With v = u^2 + constant and, for degree 4, w = v^2, p(x) = c0 u + c1 v + c2 w + offset. The factor brings u into
/// -1...1 on the polynomial's domain, so every circuit value has the same magnitude; all coefficients go into the next
/// matrix.
package struct ChannelForm: Hashable, Sendable {
    package var shift = 0.0
    package var factor = 1.0
    /// Added to the first square.
    package var constant = 0.0
    /// Of u and of each square.
    package var coefficients = [0.0, 0.0, 0.0]
    package var offset = 0.0

    /// A variable may be moved by so many times the domain's reach: beyond, the square is mostly its own constant and
    /// noise is multiplied with it.
    private static let largestShift = 8.0
    private static let largestQuarticShift = 16.0
    private static let largestConstant = 16.0
    /// What a cubic and a quartic term may come to on the domain, over the largest coefficient's share, to be left out:
    /// no more than rounding in single precision, which the network's own inference does.
    private static let negligibleShare = 0x1p-24

    /// nil where two squarings cannot express the polynomial: degree 3 and above 4, and degree 4 near degree 3.
    package init?(_ polynomial: Polynomial) {
        var powers = polynomial.unscaledPowers
        let domain = polynomial.domain
        let reach = max(abs(domain.lowerBound), abs(domain.upperBound), .leastNormalMagnitude)
        let shares = powers.enumerated().map { abs($1) * pow(reach, Double($0)) }
        if powers.count <= 5, shares.dropFirst(3).reduce(0, +) <= Self.negligibleShare * (shares.prefix(3).max() ?? 0) {
            powers = Array(powers.prefix(3))
        }
        let degree = powers.lastIndex { $0 != 0 } ?? 0
        let p = (0...4).map { $0 < powers.count ? powers[$0] : 0 }
        func fold(_ move: Double, upTo limit: Double = Self.largestShift) -> Bool { abs(move) <= limit * reach }
        switch degree {
        case 0...2:
            // Completing the square, where that does not move the variable far.
            let move = p[2] == 0 ? .infinity : p[1] / (2 * p[2])
            set(move: fold(move) ? move : 0, domain)
            let r = 1 / factor
            coefficients = fold(move) ? [0, p[2] * r * r, 0] : [p[1] * r, p[2] * r * r, 0]
            offset = fold(move) ? p[0] - p[2] * move * move : p[0]
        case 4:
            // The depressed quartic A u^4 + B u^2 + C u + D in x = r u - move, then A (u^2 + B / 2A)^2 + C u + ...
            let move = p[3] / (4 * p[4])
            guard fold(move, upTo: Self.largestQuarticShift) else { return nil }
            set(move: move, domain)
            let r = 1 / factor
            let quartic = Self.composed(p, scale: r, offset: -move)
            let constant = quartic[2] / (2 * quartic[4])
            if abs(constant) <= Self.largestConstant {
                self.constant = constant
                coefficients = [quartic[1], 0, quartic[4]]
                offset = quartic[0] - quartic[4] * constant * constant
            } else {
                coefficients = [quartic[1], quartic[2], quartic[4]]
                offset = quartic[0]
            }
        default: return nil
        }
    }

    private mutating func set(move: Double, _ domain: ClosedRange<Double>) {
        shift = move
        let reach = max(abs(domain.lowerBound + move), abs(domain.upperBound + move))
        factor = reach > 0 ? 1 / reach : 1
    }

    /// The coefficients in u of a polynomial in x = scale * u + offset.
    private static func composed(_ powers: [Double], scale: Double, offset: Double) -> [Double] {
        var result: [Double] = [0]
        for coefficient in powers.reversed() {
            var next = result.map { $0 * offset } + [0]
            for (power, value) in result.enumerated() { next[power + 1] += value * scale }
            next[0] += coefficient
            result = next
        }
        return Array(result.prefix(powers.count))
    }
}
