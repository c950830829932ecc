/// How many multiplicative levels a polynomial of some degree takes under encryption.
package enum LevelCost {
    /// Levels of `degree` when its leading coefficient is folded into the linear layer before it.
    ///
    /// - Degree 2, one level: a x^2 + b x + c = (sqrt(a) x + b / (2 sqrt(a)))^2 + c - b^2 / (4 a).
    /// - Degree 4, two levels: x^4 + c3 x^3 + c2 x^2 + c1 x + c0 = (x^2 + a x + b)^2 + (c1 - 2 a b) x + (c0 - b^2)
    ///   with a = c3 / 2 and b = (c2 - a^2) / 2; the plaintext products ride beside the two squarings.
    /// - Otherwise ceil(log2(degree + 1)), the depth of Paterson-Stockmeyer evaluation with giant steps by doubling
    ///   (Paterson and Stockmeyer 1973; Han and Ki 2020 for the Chebyshev basis).
    package static func levels(of degree: Degree) -> Int {
        switch degree.value {
        case 2: 1
        case 4: 2
        default: Int.bitWidth - degree.value.leadingZeroBitCount
        }
    }

    /// Levels of an approximation of `degree`: a composite takes those of its components, and one for the product with x.
    package static func levels(of approximation: Approximation, degree: Degree) -> Int {
        approximation.step.map { $0.depth + 1 } ?? levels(of: degree)
    }
}
