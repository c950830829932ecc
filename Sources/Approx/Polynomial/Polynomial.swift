/// A polynomial in the scaled variable t = (x - c) / h, where [c - h, c + h] is its domain.
///
/// Coefficients stand in ascending order, of powers t^k or of Chebyshev polynomials T_k(t), see ``Basis``.
/// Outside the domain the polynomial still has its value; it is just not fitted there.
///
/// For example, x^2 on [-2, 2] is 4 t^2:
///
///     let square = Polynomial(basis: .monomial, coefficients: [0, 0, 4], domain: -2...2)
///     square(1.5)  // 2.25
package struct Polynomial: Hashable, Codable, Sendable {
    package enum Basis: String, CaseIterable, Hashable, Codable, Sendable {
        /// Powers of t, evaluated by Horner's rule.
        case monomial
        /// Chebyshev polynomials of the first kind of t, evaluated by Clenshaw's recurrence.
        case chebyshev
    }

    package let basis: Basis
    /// Ascending, in the scaled variable; never empty.
    package let coefficients: [Double]
    /// Where the polynomial was fitted, in units of the pre-activation.
    package let domain: ClosedRange<Double>

    package init(basis: Basis, coefficients: [Double], domain: ClosedRange<Double>) {
        precondition(!coefficients.isEmpty, "a polynomial has at least its constant coefficient")
        self.basis = basis
        self.coefficients = coefficients
        self.domain = domain
    }

    /// The highest power or Chebyshev index that has a coefficient, also where that is 0.
    package var degree: Int { coefficients.count - 1 }

    /// c, the middle of the domain.
    package var center: Double { domain.lowerBound + (domain.upperBound - domain.lowerBound) / 2 }

    /// h, half the width of the domain; 1 for a domain of one point, so that t stays finite.
    package var halfWidth: Double {
        let half = (domain.upperBound - domain.lowerBound) / 2
        return half > 0 ? half : 1
    }

    /// t, the scaled variable, at `x`.
    package func scaled(_ x: Double) -> Double {
        (x - center) / halfWidth
    }

    /// The value at `x`, in units of the activation.
    package func callAsFunction(_ x: Double) -> Double {
        let t = scaled(x)
        return switch basis {
        case .monomial: Self.horner(coefficients, at: t)
        case .chebyshev: Self.clenshaw(coefficients, at: t)
        }
    }

    private static func horner(_ coefficients: [Double], at t: Double) -> Double {
        coefficients.reversed().reduce(0) { $0 * t + $1 }
    }

    /// Clenshaw (1955): b_k = 2 t b_(k+1) - b_(k+2) + c_k; the value is b_0 - t b_1.
    private static func clenshaw(_ coefficients: [Double], at t: Double) -> Double {
        var next = 0.0
        var afterNext = 0.0
        for coefficient in coefficients.dropFirst().reversed() {
            (next, afterNext) = (2 * t * next - afterNext + coefficient, next)
        }
        return t * next - afterNext + coefficients[0]
    }
}
