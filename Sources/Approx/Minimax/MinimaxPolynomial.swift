/// The polynomial whose largest error against a function on an interval is the least possible.
package struct MinimaxPolynomial: Hashable, Sendable {
    package let polynomial: Polynomial
    /// The largest error on the interval, times the weight there.
    package let error: Double
    /// No polynomial of these degrees comes below this error (de la Vallée Poussin's bound).
    package let lowerBound: Double
    /// Points at which the error stands with alternating signs, ascending: one more than there are coefficients.
    package let reference: [Double]
    /// Exchanges of the reference that it took.
    package let iterations: Int
}

extension MinimaxPolynomial {
    /// The best polynomial of `degree` (at least 0) for `activation` on `range`, which must have a width.
    ///
    /// For example, x / 2 + x^2 / 2 + 1 / 16 for ReLU, which is 1 / 16 off at -1, -1/2, 0, 1/2 and 1:
    ///
    ///     let best = try MinimaxPolynomial(of: .relu, on: -1...1, degree: 2)
    ///     best.error  // 0.0625
    ///
    /// - Parameter weight: What errors are multiplied with; `nil` for 1 everywhere.
    /// - Throws: ``ApproxError/noConvergence(degree:iterations:error:lowerBound:)`` or
    ///   ``ApproxError/illConditioned(degree:reciprocalCondition:)``.
    package init(
        of activation: ActivationFunction, on range: ClosedRange<Double>, degree: Int, weight: DensityWeight? = nil
    ) throws(ApproxError) {
        let pieces = activation.pieces(of: range) + (weight?.positions ?? [])
        let exchange = RemezExchange(
            indices: Array(0...degree), domain: range, interval: range, pieces: pieces.sorted(),
            target: { activation($0) }, weight: { weight?($0) ?? 1 })
        self = try exchange.result()
    }

    /// The best odd polynomial of `degree` for the sign of x on `interval`, which lies above 0, and its mirror image.
    ///
    /// On the positive side that is the best approximation of 1 by odd Chebyshev polynomials, which are a Haar system
    /// there.
    ///
    /// - Throws: As ``init(of:on:degree:weight:)``.
    package init(ofSignOn interval: ClosedRange<Double>, degree: Int) throws(ApproxError) {
        precondition(interval.lowerBound > 0 && degree % 2 == 1, "an odd polynomial on an interval above 0")
        let exchange = RemezExchange(
            indices: Array(stride(from: 1, through: degree, by: 2)),
            domain: -interval.upperBound...interval.upperBound, interval: interval,
            pieces: [interval.lowerBound, interval.upperBound], target: { _ in 1 }, weight: { _ in 1 })
        self = try exchange.result()
    }
}
