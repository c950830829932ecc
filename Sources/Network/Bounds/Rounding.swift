/// What double-precision rounding can do (Higham 2002, "Accuracy and Stability of Numerical Algorithms", section 3).
enum Rounding {
    /// 2^-53: the largest relative error of one operation.
    static let unit = 0x1p-53

    /// A bound of the absolute error of a sum of `terms` products, and of a few sums of such, when the sum of their
    /// magnitudes is `magnitude`; generous enough to cover the rounding of the bound and of `magnitude` too.
    static func error(terms: Int, magnitude: Double) -> Double {
        4 * Double(terms + 8) * unit * magnitude + Double.leastNormalMagnitude
    }
}
