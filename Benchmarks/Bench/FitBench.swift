internal import Approx
internal import ArgumentParser

/// The seed's fit of one layer, from raw activations to the polynomial.
struct FitBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "fit")

    @Option var values: String
    @Option var degree: Int
    @Option var restarts: Int
    @Option var threads: Int

    func run() throws {
        let activations = try RawActivations(at: values)
        let degree = try Degree(degree)
        let settings = FitSettings(restarts: restarts)
        let seconds = try Stopwatch.seconds {
            let statistics = activations.statistics(threads: threads)
            _ = try FitterKind.centroid.fit(statistics, of: .relu, degrees: [degree], settings: settings)
        }
        try Measurement(["seconds": seconds, "inertia": try rawInertia(of: activations, degree, settings)]).print()
    }

    /// The sum of squared distances of the raw points to the clustering's centroids: what scikit-learn reports.
    private func rawInertia(of activations: RawActivations, _ degree: Degree, _ settings: FitSettings) throws -> Double
    {
        let statistics = activations.statistics(threads: threads)
        let kMeans = KMeans(
            clusters: degree.value + 1, restarts: settings.restarts, maximumIterations: settings.maximumIterations)
        var random = SplitMix64(seed: settings.seed)
        let clustering = try kMeans.clustering(
            of: WeightedCurve(statistics.pooled, on: .relu), random: &random)
        return activations.values.reduce(0) { total, value in
            let (x, y) = (Double(value), Double(max(value, 0)))
            return total
                + clustering.centroids.reduce(Double.infinity) { nearest, centroid in
                    min(nearest, (x - centroid.x) * (x - centroid.x) + (y - centroid.y) * (y - centroid.y))
                }
        }
    }
}
