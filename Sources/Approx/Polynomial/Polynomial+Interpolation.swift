internal import Foundation

extension Polynomial {
    /// The polynomial of `degree` through `function` at the Chebyshev points of `domain`, in the Chebyshev basis.
    ///
    /// Exact, up to rounding, where the function is a polynomial of that degree.
    ///
    /// - Complexity: O(degree^2).
    package init(degree: Int, on domain: ClosedRange<Double>, _ function: (Double) -> Double) {
        let frame = Polynomial(basis: .chebyshev, coefficients: [0], domain: domain)
        let count = degree + 1
        let angles = (0..<count).map { Double.pi * (Double($0) + 0.5) / Double(count) }
        let values = angles.map { function(frame.center + frame.halfWidth * cos($0)) }
        // Discrete orthogonality of cosines at these angles.
        let coefficients = (0..<count).map { index in
            let sum = zip(angles, values).reduce(0) { $0 + $1.1 * cos(Double(index) * $1.0) }
            return sum * (index == 0 ? 1 : 2) / Double(count)
        }
        self.init(basis: .chebyshev, coefficients: coefficients, domain: domain)
    }
}
