/// The method of Nam, Joo, Ha and Paek (2024): cluster the points (x, f(x)) that a layer saw into degree + 1 clusters
/// and take the polynomial through the centroids.
struct CentroidFitter: CurveFitter {
    private let sample: CurveSample
    private let curve: WeightedCurve
    private let settings: FitSettings
    private let stream: UInt64

    /// Centroids nearer than this, in units of the range, count as one.
    private static let leastGap = 1e-9

    init(sample: CurveSample, settings: FitSettings, stream: UInt64) {
        self.sample = sample
        self.settings = settings
        self.stream = stream
        curve = WeightedCurve(sample.statistics, on: sample.activation)
    }

    func fit(_ degree: Degree) throws(ApproxError) -> CurveFit {
        try sample.requireValues(for: degree)
        let kMeans = KMeans(
            clusters: degree.value + 1, restarts: settings.restarts, maximumIterations: settings.maximumIterations)
        var random = SplitMix64(seed: settings.seed, stream: UInt64(degree.value), stream)
        let clustering = try kMeans.clustering(of: curve, random: &random)
        return CurveFit(polynomial: try interpolant(through: clustering.centroids, degree), inertia: clustering.inertia)
    }

    private func interpolant(
        through centroids: [Clustering.Centroid], _ degree: Degree
    ) throws(ApproxError) -> Polynomial {
        let width = sample.range.upperBound - sample.range.lowerBound
        for (left, right) in zip(centroids, centroids.dropFirst()) {
            let gap = (right.x - left.x) / width
            guard gap > Self.leastGap else { throw .coincidentCentroids(x: left.x, gap: gap) }
        }
        let matrix = Matrix.chebyshev(at: centroids.map { sample.scaled($0.x) }, degree: degree.value)
        return try sample.polynomial(of: degree, LAPACK.solve(matrix, centroids.map(\.y)))
    }
}
