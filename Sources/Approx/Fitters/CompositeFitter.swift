/// A composite ReLU: nothing but the largest magnitude that was seen goes into it.
///
/// It is precise on its whole range and astronomic outside of it, so the range is wider than what was seen.
struct CompositeFitter: CurveFitter {
    /// How much wider, unless the settings say otherwise. Each doubling costs a bit of precision.
    static let margin = 2.0

    private let activation: ActivationFunction
    private let bound: Double

    init(sample: CurveSample, settings: FitSettings) {
        activation = sample.activation
        bound =
            (settings.margin ?? Self.margin) * max(abs(sample.range.lowerBound), abs(sample.range.upperBound))
    }

    /// - Throws: ``ApproxError/onlyForReLU(activation:)`` for other activations, and as
    ///   ``CompositeReLU/init(precision:bound:)``.
    func fit(_ degree: Degree) throws(ApproxError) -> CurveFit {
        guard activation == .relu else { throw .onlyForReLU(activation: activation.name) }
        guard let precision = CompositeReLU.precision(ofDegree: degree.value) else {
            throw .degreeOutOfRange(degree.value, allowed: Degree.allowed)
        }
        let (polynomial, gate) = try CompositeReLU(precision: precision, bound: bound).step
        return CurveFit(polynomial: polynomial, gate: gate, inertia: nil)
    }
}
