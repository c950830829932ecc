/// The projection of the activation onto polynomials under the Gaussian with the values' mean and variance.
///
/// It looks at two numbers of a channel only, which suits few values. It is the least-squares polynomial of values that
/// are Gaussian; heavy tails are not, and there it is far from the activation.
struct HermiteFitter: CurveFitter {
    private let sample: CurveSample
    private let series: HermiteSeries

    /// Sets up fits of up to the largest of `degrees`.
    init(sample: CurveSample, degrees: [Degree]) {
        self.sample = sample
        series = HermiteSeries(
            of: sample.activation, mean: sample.statistics.mean, variance: sample.statistics.variance,
            degree: degrees.map(\.value).max() ?? 0)
    }

    /// As for the other fitters there must be as many different values as coefficients.
    func fit(_ degree: Degree) throws(ApproxError) -> CurveFit {
        try sample.requireValues(for: degree)
        let polynomial = Polynomial(degree: degree.value, on: sample.range) { series($0, degree: degree.value) }
        guard polynomial.coefficients.allSatisfy(\.isFinite) else {
            throw .illConditioned(degree: degree.value, reciprocalCondition: 0)
        }
        return CurveFit(polynomial: polynomial, inertia: nil)
    }
}
