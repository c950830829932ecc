internal import Approx

/// How the polynomials of one layer are spelled out in sums and products of single precision.
struct PolynomialScheme {
    enum Rule {
        /// Of powers: (((a_n u + a_(n-1)) u + ...) u + a_0.
        case horner
        /// Of Chebyshev polynomials, with u = 2 t: b_k = u b_(k+1) - b_(k+2) + c_k, then c_0 + u b_1 / 2 - b_2.
        case clenshaw
    }

    /// Up to here Horner's rule keeps single precision; powers of Chebyshev series grow like 2.4^degree, and with
    /// them what they cancel of each other.
    static let largestHornerDegree = 8
    /// How far from 0 a domain may be, in its own half-widths, for powers of x itself.
    private static let largestOffset = 4.0
    /// Half-widths for which squares and their factors stay far from the ends of single precision.
    private static let ordinaryWidths = 1e-6...1e6

    let rule: Rule
    /// c in u = (x - c) * f; nil where it is 0 for all.
    let centers: [Double]?
    /// f; nil where it is 1 for all.
    let factors: [Double]?
    /// Ascending, by power or Chebyshev index: at least two. Each has one value for the layer or one per channel.
    let coefficients: [[Double]]

    /// - Parameter polynomials: One for the layer or one per channel.
    init(_ polynomials: [Polynomial]) {
        let degree = max(1, polynomials.map(Self.usedDegree).max() ?? 1)
        if degree <= 2 && polynomials.allSatisfy(Self.isNearZero) {
            // The fewest operations: no scaling of x.
            rule = .horner
            centers = nil
            factors = nil
            coefficients = Self.columns(polynomials.map(\.unscaledPowers), degree)
            return
        }
        rule = degree <= Self.largestHornerDegree ? .horner : .clenshaw
        let basis: Polynomial.Basis = rule == .horner ? .monomial : .chebyshev
        let scale: Double = rule == .horner ? 1 : 2
        centers = polynomials.allSatisfy { $0.center == 0 } ? nil : polynomials.map(\.center)
        let factors = polynomials.map { scale / $0.halfWidth }
        self.factors = factors.allSatisfy { $0 == 1 } ? nil : factors
        coefficients = Self.columns(polynomials.map { $0.converted(to: basis).coefficients }, degree)
    }

    var degree: Int { coefficients.count - 1 }

    private static func usedDegree(_ polynomial: Polynomial) -> Int {
        polynomial.coefficients.lastIndex { $0 != 0 } ?? 0
    }

    private static func isNearZero(_ polynomial: Polynomial) -> Bool {
        ordinaryWidths.contains(polynomial.halfWidth)
            && abs(polynomial.center) <= largestOffset * polynomial.halfWidth
    }

    /// One row of coefficients for each polynomial, as one column for each power.
    private static func columns(_ rows: [[Double]], _ degree: Int) -> [[Double]] {
        (0...degree).map { power in rows.map { power < $0.count ? $0[power] : 0 } }
    }
}
