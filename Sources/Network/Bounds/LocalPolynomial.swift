internal import Approx
internal import Foundation

/// A polynomial seen on one interval: a Chebyshev series in s = (x - center) / radius, s in -1...1, and a bound of what
/// its rounding can have cost. On such a series ranges and linear bounds can be read off safely.
struct LocalPolynomial {
    /// Points and cosines to pass to a series of one degree.
    struct Nodes {
        /// cos(pi (j + 1/2) / n) for j in 0..<n, n = degree + 1.
        fileprivate let points: [Double]
        /// Row k: cos(k pi (j + 1/2) / n).
        fileprivate let cosines: [Double]

        init(degree: Int) {
            let count = degree + 1
            func cosine(_ k: Int, _ j: Int) -> Double {
                cos(Double.pi * Double(k) * (Double(j) + 0.5) / Double(count))
            }
            points = (0..<count).map { cosine(1, $0) }
            cosines = (0..<count).flatMap { k in (0..<count).map { cosine(k, $0) } }
        }
    }

    let center: Double
    /// Half of the interval's width.
    let radius: Double
    private let coefficients: [Double]
    /// How far the series may be from the polynomial anywhere on the interval; not finite where nothing is known.
    private let error: Double

    /// - Parameters:
    ///   - polynomial: In the Chebyshev basis.
    ///   - nodes: For its degree.
    init(_ polynomial: Polynomial, on interval: Interval, nodes: Nodes) {
        let middle = interval.lower / 2 + interval.upper / 2
        let half = max(interval.upper - middle, middle - interval.lower).nextUp
        center = middle
        radius = half
        guard interval.isBounded, half.isFinite else {
            coefficients = [0]
            error = .infinity
            return
        }
        let count = nodes.points.count
        let values = nodes.points.map { polynomial(middle + half * $0) }
        let series = (0..<count).map { k in
            let row = nodes.cosines[k * count..<(k + 1) * count]
            return zip(row, values).reduce(0) { $0 + $1.0 * $1.1 } * (k == 0 ? 1 : 2) / Double(count)
        }
        let evaluation = Self.evaluationError(of: polynomial, around: middle, half)
        let largest = values.reduce(0) { max($0, abs($1)) }
        let total = 2 * Double(count) * (evaluation + 4 * Double(count + 3) * Rounding.unit * largest)
        coefficients = series
        error = total.isFinite && series.allSatisfy(\.isFinite) ? total : .infinity
    }

    /// A bound of the rounding in Clenshaw's recurrence anywhere in `middle` +- `half`, and of that in its scaled
    /// variable.
    ///
    /// With tau the largest |t|, at least 1, the error of step j is amplified by U_j(tau) <= (j + 1) T_j(tau) and
    /// T_a T_b <= T_(a+b), which sums up to less than 8 u (d + 1)^3 sum |c_k| T_k(tau); an error of t by u reach / h is
    /// amplified by the derivative, which k^2 T_k(tau) bounds term by term.
    private static func evaluationError(of polynomial: Polynomial, around middle: Double, _ half: Double) -> Double {
        let scaledReach = (abs(middle) + half + abs(polynomial.center)) / polynomial.halfWidth
        let farthest = (abs(middle - polynomial.center) + half) / polynomial.halfWidth
        let tau = max(1, farthest * (1 + 8 * Rounding.unit) + 8 * Rounding.unit * scaledReach)
        var (sum, slopes) = (0.0, 0.0)
        var (previous, current) = (tau, 1.0)
        for (k, coefficient) in polynomial.coefficients.enumerated() {
            sum += abs(coefficient) * current
            slopes += Double(k * k) * abs(coefficient) * current
            (previous, current) = (current, 2 * tau * current - previous)
        }
        let order = Double(polynomial.degree + 1)
        return Rounding.unit * (8 * order * order * order * sum + 8 * scaledReach * slopes)
    }

    /// Every value that the polynomial takes on the interval; wider than that by at most 2^-16 of its variation, unless
    /// a high degree uses up the search: then by more, and safe all the same.
    func range() -> Interval { Self.range(coefficients, error) }

    /// A line that the polynomial stays close to: p(x) is in slope (x - center) + residual.
    ///
    /// The slope is the first Chebyshev coefficient's: what is left is a sum of T_k with k >= 2, all near their least
    /// possible deviation from 0.
    func linearised() -> (slope: Double, residual: Interval) {
        let slope = coefficients.count > 1 ? coefficients[1] / radius : 0
        guard slope.isFinite, coefficients.count > 1 else { return (0, range()) }
        var rest = coefficients
        rest[1] = 0
        let rounding = 4 * Rounding.unit * abs(coefficients[1])
        return (slope, Self.range(rest, error + rounding))
    }
}

// MARK: - Ranges on -1...1

extension LocalPolynomial {
    /// No more pieces than this are looked at; what is left then is bounded as it is.
    private static let mostPieces = 1 << 14

    /// The range of a Chebyshev series on -1...1, `error` wider at both ends.
    ///
    /// Ends of the interval and of pieces on which the derivative keeps its sign are evaluated. A piece with a critical
    /// point is halved until Taylor's formula with the largest possible second derivative shows that it adds nothing.
    fileprivate static func range(_ coefficients: [Double], _ error: Double) -> Interval {
        guard error.isFinite else { return .everything }
        let variation = coefficients.dropFirst().reduce(0) { $0 + abs($1) }
        let order = Double(coefficients.count)
        let rounding = 8 * order * order * order * Rounding.unit * (variation + abs(coefficients[0]))
        let ends = (value(coefficients, at: -1), value(coefficients, at: 1))
        var (lower, upper) = (min(ends.0, ends.1), max(ends.0, ends.1))
        if coefficients.count == 3 {
            let vertex = -coefficients[1] / (4 * coefficients[2])
            if abs(vertex) < 1 {
                let extreme = value(coefficients, at: vertex)
                (lower, upper) = (min(lower, extreme), max(upper, extreme))
            }
        } else if coefficients.count > 3 {
            (lower, upper) = searched(coefficients, tolerance: variation * 0x1p-16, from: lower, upper)
        }
        let slack = (error + rounding) * (1 + 8 * Rounding.unit)
        return Interval((lower - slack).nextDown, (upper + slack).nextUp)
    }

    private static func searched(
        _ coefficients: [Double], tolerance: Double, from least: Double, _ largest: Double
    ) -> (Double, Double) {
        let derivative = derivative(of: coefficients)
        let curvature = coefficients.enumerated().reduce(0.0) { sum, term in
            let square = Double(term.offset * term.offset)
            return sum + abs(term.element) * square * (square - 1) / 3
        }
        let order = Double(coefficients.count)
        let doubt = 8 * order * order * order * Rounding.unit * derivative.reduce(0) { $0 + abs($1) }
        var (lower, upper) = seeded(coefficients, from: least, largest)
        var pieces = [(middle: 0.0, half: 1.0)]
        var looked = 0
        while let (middle, half) = pieces.popLast() {
            looked += 1
            let slope = abs(value(derivative, at: middle)) + doubt
            let here = value(coefficients, at: middle)
            (lower, upper) = (min(lower, here), max(upper, here))
            if slope - 2 * doubt > curvature * half {
                let ends = (value(coefficients, at: middle - half), value(coefficients, at: middle + half))
                (lower, upper) = (min(lower, ends.0, ends.1), max(upper, ends.0, ends.1))
                continue
            }
            let reach = (slope + curvature * half / 2) * half
            if (here + reach <= upper + tolerance && here - reach >= lower - tolerance) || looked > mostPieces {
                (lower, upper) = (min(lower, here - reach), max(upper, here + reach))
            } else {
                pieces.append((middle - half / 2, half / 2))
                pieces.append((middle + half / 2, half / 2))
            }
        }
        return (lower, upper)
    }

    /// The extremes of the series nearly: the best places of a grid, refined by golden sections. Whatever they are, they
    /// are values of the series, so the search stays safe; the nearer they are, the sooner it ends.
    private static func seeded(
        _ coefficients: [Double], from least: Double, _ largest: Double
    ) -> (Double, Double) {
        let steps = 4 * coefficients.count
        let grid = (0...steps).map { 2 * Double($0) / Double(steps) - 1 }
        func extreme(_ sign: Double) -> Double {
            let values = grid.map { sign * value(coefficients, at: $0) }
            guard let best = values.indices.max(by: { values[$0] < values[$1] }) else { return -.infinity }
            var (from, to) = (grid[max(0, best - 1)], grid[min(steps, best + 1)])
            let golden = 0.618_033_988_749_894_8
            for _ in 0..<24 {
                let (left, right) = (to - golden * (to - from), from + golden * (to - from))
                if sign * value(coefficients, at: left) > sign * value(coefficients, at: right) {
                    to = right
                } else {
                    from = left
                }
            }
            return max(values[best], sign * value(coefficients, at: (from + to) / 2))
        }
        return (min(least, -extreme(-1)), max(largest, extreme(1)))
    }

    /// c'_(k-1) = c'_(k+1) + 2 k c_k, the first one halved.
    private static func derivative(of coefficients: [Double]) -> [Double] {
        var result = [Double](repeating: 0, count: coefficients.count + 1)
        for k in stride(from: coefficients.count - 1, to: 0, by: -1) {
            result[k - 1] = result[k + 1] + 2 * Double(k) * coefficients[k]
        }
        result[0] /= 2
        return Array(result[..<max(1, coefficients.count - 1)])
    }

    /// Clenshaw's recurrence.
    private static func value(_ coefficients: [Double], at s: Double) -> Double {
        var (next, afterNext) = (0.0, 0.0)
        for index in stride(from: coefficients.count - 1, to: 0, by: -1) {
            (next, afterNext) = (2 * s * next - afterNext + coefficients[index], next)
        }
        return s * next - afterNext + coefficients[0]
    }
}
