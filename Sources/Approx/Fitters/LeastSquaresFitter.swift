/// Least squares against the activation, weighted by how often values occur.
///
/// The Chebyshev polynomials at the nodes of the histogram, each row times the root of its weight, are factored as Q R
/// (Householder). The first d + 1 columns of R belong to degree d, so one factorisation serves every degree of a band:
/// up to 7, up to 15, up to 31, up to 63. The bands are fixed so that the bits of a fit do not depend on which other
/// degrees are fitted with it.
struct LeastSquaresFitter: CurveFitter {
    private let sample: CurveSample
    /// By the number of columns; a band is missing when some number in its system is not finite.
    private let factors: [Int: QRFactors]

    /// Sets up fits of `degrees`, as far as the sample has values for them.
    init(sample: CurveSample, degrees: [Degree]) {
        self.sample = sample
        let points = sample.nodes.positions
        let scaled = points.map { sample.scaled($0) }
        let roots = sample.nodes.weights.map { $0.squareRoot() }
        let targets = zip(points, roots).map { sample.activation($0) * $1 }
        var factors: [Int: QRFactors] = [:]
        for columns in Set(degrees.map { Self.columns(for: $0, of: sample) }) {
            factors[columns] = QRFactors(
                Matrix.chebyshev(at: scaled, degree: columns - 1, scale: roots), targets)
        }
        self.factors = factors
    }

    func fit(_ degree: Degree) throws(ApproxError) -> CurveFit {
        try sample.requireValues(for: degree)
        let band = factors[Self.columns(for: degree, of: sample)]
        let system = band.flatMap { $0.solution(columns: degree.value + 1) }
        return CurveFit(polynomial: try sample.polynomial(of: degree, system), inertia: nil)
    }

    /// The columns of the band that `degree` falls in: 8, 16, 32 or 64, where there are as many nodes.
    private static func columns(for degree: Degree, of sample: CurveSample) -> Int {
        var columns = 8
        while columns <= degree.value {
            columns *= 2
        }
        return min(columns, sample.nodes.count)
    }
}
