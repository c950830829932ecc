internal import Approx
internal import Scheduler

/// The paper's own method: the polynomial through the centroids of k-means, in the trained network.
struct ClusteredReplacement: SweptMethod {
    var column: PaperMethod { .ours }

    func name(with effort: ReproductionEffort) -> String { "k-means, degree 2" }

    func request(for network: ReproducedNetwork) throws -> SweepRequest {
        SweepRequest(.centroid, degrees: [try Degree(2)], for: network)
    }
}
