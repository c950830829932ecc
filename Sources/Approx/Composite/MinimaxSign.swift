/// The sign of x on gap <= |x| <= 1 as a composite of odd minimax polynomials (Lee, Lee, No and Kim 2021, "Minimax
/// approximation of sign function by composite polynomial for homomorphic comparison").
///
/// The first component is the best one on the gap's outside; what it makes of it, 1 - e ... 1 + e and its mirror image, is
/// where the next one has to be best.
package struct MinimaxSign: Hashable, Sendable {
    package let composite: CompositePolynomial
    package let gap: Double
    /// The largest error on the gap's outside after each component.
    package let errors: [Double]

    /// - Parameters:
    ///   - degrees: Of the components, odd.
    ///   - gap: In 0..<1, and not 0.
    /// - Throws: As ``MinimaxPolynomial/init(ofSignOn:degree:)``.
    package init(degrees: [Int], gap: Double) throws(ApproxError) {
        precondition(0 < gap && gap < 1 && !degrees.isEmpty, "a gap inside of 0...1, and components")
        var interval = gap...1
        var components: [Polynomial] = []
        var errors: [Double] = []
        for degree in degrees {
            let best = try MinimaxPolynomial(ofSignOn: interval, degree: degree)
            components.append(best.polynomial)
            errors.append(best.error)
            interval = 1 - best.error...1 + best.error
        }
        composite = CompositePolynomial(components: components)
        self.gap = gap
        self.errors = errors
    }

    /// The largest error of (x + x sign(x)) / 2 against max(x, 0) on -1...1.
    ///
    /// Outside of the gap it is half of the sign's error, which x = 1 attains. Inside x (1 - p(x)) / 2 has one maximum,
    /// looked for at `samples` points; both sides are alike because the composite is odd.
    func errorOfReLU(samples: Int = 2_000) -> (outside: Double, inside: Double) {
        let inside = (0...samples).reduce(0.0) { largest, index in
            let x = gap * Double(index) / Double(samples)
            return max(largest, abs(x * (1 - composite(x)) / 2))
        }
        return ((errors.last ?? 0) / 2, inside)
    }
}
