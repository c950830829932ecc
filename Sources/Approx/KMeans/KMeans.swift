/// Weighted k-means in the plane, over a curve: Lloyd's iteration (1982) from several k-means++ starts.
///
/// The outcome depends on the curve and the generator alone.
package struct KMeans: Hashable, Sendable {
    package let clusters: Int
    /// Independent starts, of which the one with the least inertia wins; the first among equals.
    package let restarts: Int
    /// The most rounds of one start.
    package let maximumIterations: Int

    /// How far the centres may still move in a round, as a share of the standard deviation of all points, when starts
    /// are compared. With moves shrinking by a few per cent a round, inertias are then within about 1e-5 of their limit.
    private static let comparable = 1e-4

    /// The same for the end of the best start, whose inertia is then within about 1e-9 of its limit.
    private static let settled = 1e-6

    package init(clusters: Int, restarts: Int, maximumIterations: Int) {
        precondition(clusters > 0 && restarts > 0 && maximumIterations > 0)
        self.clusters = clusters
        self.restarts = restarts
        self.maximumIterations = maximumIterations
    }

    /// Clusters the mass on `curve`, whose segments must all be different from each other.
    ///
    /// - Throws: ``ApproxError/tooFewDistinctValues(found:needed:)`` for fewer segments than clusters.
    /// - Complexity: O(clusters^2 log segments) a round where the activation is made of straight pieces; at most
    ///   O(clusters * segments).
    package func clustering(of curve: WeightedCurve, random: inout SplitMix64) throws(ApproxError) -> Clustering {
        guard curve.segments.count >= clusters else {
            throw .tooFewDistinctValues(found: curve.segments.count, needed: clusters)
        }
        let points = curve.middles
        let scale = curve.variance
        var (best, leader) = start(on: curve, from: points, scale, random: &random)
        for _ in 1..<restarts {
            let (partition, clustering) = start(on: curve, from: points, scale, random: &random)
            if clustering.inertia < leader.inertia {
                (best, leader) = (partition, clustering)
            }
        }
        let iterations = settle(&best, until: Self.settled * Self.settled * scale, after: leader.iterations)
        return best.clustering(iterations: iterations)
    }

    /// One start, until it can be compared with others.
    private func start(
        on curve: WeightedCurve, from points: PlanePoints, _ scale: Double, random: inout SplitMix64
    ) -> (CurvePartition, Clustering) {
        let seeds = KMeansSeeding.centers(clusters, of: points, random: &random)
        var partition = CurvePartition(curve, x: seeds.map { points.x[$0] }, y: seeds.map { points.y[$0] })
        let iterations = settle(&partition, until: Self.comparable * Self.comparable * scale, after: 0)
        return (partition, partition.clustering(iterations: iterations))
    }

    /// Goes on after `done` rounds until the centres move by less than `tolerance`, in squares.
    ///
    /// - Returns: The rounds in all.
    private func settle(_ partition: inout CurvePartition, until tolerance: Double, after done: Int) -> Int {
        var iterations = done
        var moved = Double.infinity
        while moved > tolerance && iterations < maximumIterations {
            moved = partition.moveCenters()
            iterations += 1
        }
        return iterations
    }
}
