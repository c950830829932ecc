extension Polynomial {
    /// The same polynomial written in `basis`.
    ///
    /// From powers to Chebyshev polynomials nothing is lost; the other way coefficients grow like 2.4^degree and the
    /// value keeps that many digits fewer.
    ///
    /// - Complexity: O(degree^2).
    package func converted(to basis: Basis) -> Polynomial {
        guard basis != self.basis else { return self }
        let coefficients =
            switch basis {
            case .monomial: Self.powers(ofChebyshev: self.coefficients)
            case .chebyshev: Self.chebyshev(ofPowers: self.coefficients)
            }
        return Polynomial(basis: basis, coefficients: coefficients, domain: domain)
    }

    /// Coefficients of 1, x, x^2, ... in the unscaled variable, for tools that know no domain.
    ///
    /// Far from 0, or at high degrees, they cancel each other: keep the scaled form for arithmetic.
    package var unscaledPowers: [Double] {
        let powers = converted(to: .monomial).coefficients
        // Horner's rule over polynomials in x: multiply by t = (x - c) / h, add the next coefficient.
        var result: [Double] = []
        for coefficient in powers.reversed() {
            var next = [coefficient] + result.map { $0 / halfWidth }
            for (power, value) in result.enumerated() {
                next[power] -= value * center / halfWidth
            }
            result = next
        }
        return result
    }

    /// Clenshaw's recurrence over polynomials in t.
    private static func powers(ofChebyshev coefficients: [Double]) -> [Double] {
        var next: [Double] = []
        var afterNext: [Double] = []
        for coefficient in coefficients.dropFirst().reversed() {
            let doubled = [coefficient] + next.map { 2 * $0 }
            (next, afterNext) = (difference(doubled, afterNext), next)
        }
        return difference([coefficients[0]] + next, afterNext)
    }

    /// Horner's rule over Chebyshev series: t T_0 = T_1 and t T_k = (T_(k-1) + T_(k+1)) / 2.
    private static func chebyshev(ofPowers coefficients: [Double]) -> [Double] {
        var series: [Double] = []
        for coefficient in coefficients.reversed() {
            var next = [Double](repeating: 0, count: series.count + 1)
            for (index, value) in series.enumerated() {
                if index == 0 {
                    next[1] += value
                } else {
                    next[index - 1] += value / 2
                    next[index + 1] += value / 2
                }
            }
            next[0] += coefficient
            series = next
        }
        return series
    }

    /// `first` - `second`, where `second` is not longer.
    private static func difference(_ first: [Double], _ second: [Double]) -> [Double] {
        var result = first
        for (index, value) in second.enumerated() {
            result[index] -= value
        }
        return result
    }
}
