internal import Approx

/// The basis in which polynomials are trained: Hermite polynomials of z = (x - centre) / scale, of unit variance.
///
/// With the layer's mean as centre and its standard deviation as scale, z is roughly Gaussian, and Hermite polynomials
/// are orthonormal under that distribution. So the coefficients move the output by about equal and nearly independent
/// amounts, and one learning rate suits them all. Powers of z are strongly correlated (1 with z^2, z with z^3), and
/// Chebyshev polynomials on the observed range more so, since the bulk of a heavy-tailed layer lies close to the centre
/// of it, where T_0 and T_2 are all but parallel. Kernels still evaluate powers of z: ``powers(of:)`` converts at each
/// step.
struct HermiteBasis: Hashable, Sendable {
    let degree: Int
    /// Row k holds the powers of h_k, from the constant up.
    private let rows: [[Double]]

    /// From h_(k+1) = (z h_k - sqrt(k) h_(k-1)) / sqrt(k + 1), the three-term recurrence of He_k / sqrt(k!).
    init(degree: Int) {
        var rows: [[Double]] = []
        for k in 0...max(degree, 0) {
            var row = Array(repeating: 0.0, count: degree + 1)
            if k == 0 {
                row[0] = 1
            } else {
                for power in 0..<k { row[power + 1] += rows[k - 1][power] }
                if k > 1 {
                    for power in 0..<k - 1 { row[power] -= Double(k - 1).squareRoot() * rows[k - 2][power] }
                }
                for power in 0...k { row[power] /= Double(k).squareRoot() }
            }
            rows.append(row)
        }
        self.degree = degree
        self.rows = rows
    }

    /// The factors of 1, z, z^2, ... of a series with these coefficients.
    func powers(of coefficients: some Collection<Double>) -> [Double] {
        var powers = Array(repeating: 0.0, count: degree + 1)
        for (coefficient, row) in zip(coefficients, rows) {
            for power in powers.indices { powers[power] += coefficient * row[power] }
        }
        return powers
    }

    /// The inverse of ``powers(of:)``.
    func coefficients(ofPowers powers: [Double]) -> [Double] {
        var rest = powers + Array(repeating: 0, count: degree + 1 - powers.count)
        var coefficients = Array(repeating: 0.0, count: degree + 1)
        for k in (0...degree).reversed() {
            coefficients[k] = rest[k] / rows[k][k]
            for power in 0...k { rest[power] -= coefficients[k] * rows[k][power] }
        }
        return coefficients
    }

    /// h_0 ... h_degree at z.
    func values(at z: Double) -> [Double] {
        rows.map { row in row.reversed().reduce(0) { $0 * z + $1 } }
    }

    /// The gradient with respect to coefficient k, from the gradients with respect to the powers' factors.
    func gradient(of k: Int, powers: (Int) -> Double) -> Double {
        (0...k).reduce(0) { $0 + rows[k][$1] * powers($1) }
    }
}

/// The variable that a polynomial is trained in: z = (x - center) / scale.
package struct ScaledVariable: Hashable, Codable, Sendable {
    package var center: Double
    /// Positive.
    package var scale: Double

    package init(center: Double, scale: Double) {
        self.center = center
        self.scale = scale
    }
}

extension ScaledVariable {
    /// z = x.
    static let identity = ScaledVariable(center: 0, scale: 1)

    /// The factors of 1, z, z^2, ... of `polynomial`.
    func powers(of polynomial: Polynomial) -> [Double] {
        Self.composed(
            polynomial.converted(to: .monomial).coefficients, factor: scale / polynomial.halfWidth,
            offset: (center - polynomial.center) / polynomial.halfWidth)
    }

    /// The polynomial with these factors of 1, z, z^2, ..., in Chebyshev form on `domain`.
    func polynomial(ofPowers powers: [Double], domain: ClosedRange<Double>) -> Polynomial {
        let frame = Polynomial(basis: .monomial, coefficients: [0], domain: domain)
        let coefficients = Self.composed(
            powers, factor: frame.halfWidth / scale, offset: (frame.center - center) / scale)
        return Polynomial(basis: .monomial, coefficients: coefficients, domain: domain).converted(to: .chebyshev)
    }

    /// The powers of u of p(factor * u + offset), by Horner's rule over polynomials.
    private static func composed(_ powers: [Double], factor: Double, offset: Double) -> [Double] {
        powers.reversed().reduce(into: []) { result, coefficient in
            var next = [coefficient] + result.map { factor * $0 }
            for (power, value) in result.enumerated() { next[power] += offset * value }
            result = next
        }
    }
}
