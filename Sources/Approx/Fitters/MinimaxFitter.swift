/// The polynomial with the least largest error on the range that was observed, each value of it as important as any
/// other.
///
/// Values outside of that range are nothing that the statistics know of; what is certified about them takes the whole
/// network and is not to be had here.
struct MinimaxFitter: CurveFitter {
    private let sample: CurveSample
    private let weight: DensityWeight?

    init(sample: CurveSample, settings: FitSettings) {
        self.sample = sample
        weight = settings.weighting == .density ? DensityWeight(sample.statistics) : nil
    }

    /// The range alone would do; that there are as many values as coefficients is asked of it as of the other fitters,
    /// because a range of few values is no range to rely on.
    func fit(_ degree: Degree) throws(ApproxError) -> CurveFit {
        try sample.requireValues(for: degree)
        let best = try MinimaxPolynomial(
            of: sample.activation, on: sample.range, degree: degree.value, weight: weight)
        return CurveFit(polynomial: best.polynomial, inertia: nil)
    }
}
