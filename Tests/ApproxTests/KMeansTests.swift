import Approx
import Foundation
import Testing

@Suite struct KMeansTests {
    private func curve(_ values: [Float], _ activation: ActivationFunction = .relu) -> WeightedCurve {
        WeightedCurve(Samples.statistics(values), on: activation)
    }

    private func cluster(
        _ curve: WeightedCurve, _ clusters: Int, restarts: Int = 10, seed: UInt64 = 1
    ) throws -> Clustering {
        var random = SplitMix64(seed: seed)
        return try KMeans(clusters: clusters, restarts: restarts, maximumIterations: 300)
            .clustering(of: curve, random: &random)
    }

    /// The least inertia of any division of points on a line into runs, by dynamic programming.
    private func optimum(_ points: PlanePoints, _ clusters: Int) -> Double {
        func cost(_ run: Range<Int>) -> Double {
            let weight = run.reduce(0) { $0 + points.weights[$1] }
            let mean = run.reduce(0) { $0 + points.weights[$1] * points.x[$1] } / weight
            return run.reduce(0) { $0 + points.weights[$1] * (points.x[$1] - mean) * (points.x[$1] - mean) }
        }
        var best = (0...points.count).map { $0 == 0 ? 0 : Double.infinity }
        for _ in 0..<clusters {
            best = (0...points.count).map { end in
                (0..<end).map { best[$0] + cost($0..<end) }.min() ?? .infinity
            }
        }
        return best[points.count]
    }

    /// Raw inertia of the centroids that a fit from the histogram finds, against the best of ten starts of
    /// scikit-learn on the raw values.
    @Test(arguments: Reference.all, 3...8) func inertiaIsScikitLearns(reference: Reference, clusters: Int) throws {
        let values = reference.values.map(Double.init)
        let raw = PlanePoints(
            WeightedPoints(positions: values, weights: values.map { _ in 1 }), on: .relu)
        let expected = try #require(reference.inertia[String(clusters)])
        let inertia = try cluster(curve(reference.values), clusters).inertia(of: raw)
        #expect(inertia <= 1.001 * expected)
        // Far below would mean that the two do not measure the same.
        #expect(inertia >= 0.97 * expected)
    }

    @Test(arguments: 1...5) func findsTheOptimumOnALine(clusters: Int) throws {
        var random = SplitMix64(seed: 5)
        let x = (0..<40).map { _ in Samples.normal(&random) }.sorted()
        let points = PlanePoints(x: x, y: x.map { _ in 0 }, weights: x.map { _ in 0.5 + random.nextUnit() })
        let clustering = try cluster(WeightedCurve(points), clusters, restarts: 50)
        #expect(abs(clustering.inertia - optimum(points, clusters)) < 1e-12 * (1 + clustering.inertia))
    }

    /// The raw values nearest to a centroid have it as their mean, but for the spread of values inside the two bins
    /// that the borders cut.
    @Test(arguments: [ActivationFunction.relu, .silu, .clip(lower: -1, upper: 2)])
    func centroidsAreTheMeansOfTheNearestValues(activation: ActivationFunction) throws {
        let values = Samples.mixture(seed: 8, count: 50_000)
        let clustering = try cluster(curve(values, activation), 6)
        let width = Samples.statistics(values).histogram.width
        var sums = [(x: Double, y: Double, weight: Double)](repeating: (0, 0, 0), count: 6)
        var inertia = 0.0
        for value in values.map(Double.init) {
            let y = activation(value)
            let squares = clustering.centroids.map { ($0.x - value) * ($0.x - value) + ($0.y - y) * ($0.y - y) }
            let nearest = squares.indices.min { squares[$0] < squares[$1] } ?? 0
            sums[nearest].x += value
            sums[nearest].y += y
            sums[nearest].weight += 1
            inertia += squares[nearest]
        }
        for (centroid, sum) in zip(clustering.centroids, sums) {
            #expect(abs(centroid.weight - sum.weight) < 0.002 * sum.weight + 10)
            #expect(abs(centroid.x - sum.x / sum.weight) < width / 4)
            #expect(abs(centroid.y - sum.y / sum.weight) < width / 4)
        }
        #expect(abs(clustering.inertia - inertia) < 5e-4 * inertia)
        #expect(clustering.centroids.map(\.x) == clustering.centroids.map(\.x).sorted())
    }

    /// An even spread over [0, 1] on a line splits into equal parts; the points alone would leave gaps.
    @Test(arguments: 1...6) func bordersCutSegments(clusters: Int) throws {
        let values = (0..<65_536).map { Float($0) / 65_536 + 0x1p-17 }
        let clustering = try cluster(curve(values, .clip(lower: 0, upper: 0)), clusters)
        for (index, centroid) in clustering.centroids.enumerated() {
            #expect(abs(centroid.x - (Double(index) + 0.5) / Double(clusters)) < 2e-5)
        }
        let expected = 65_536 / 12 / Double(clusters * clusters)
        #expect(abs(clustering.inertia / expected - 1) < 1e-5)
    }

    /// Both ends of a ring lie in one cell, and most of the ring does not.
    @Test(arguments: 2...8) func aCurveThatReturnsIsDividedPointByPoint(clusters: Int) throws {
        var random = SplitMix64(seed: 17)
        let angles = (0..<500).map { 2 * Double.pi * Double($0) / 500 }
        let ring = PlanePoints(
            x: angles.map { 3 * cos($0) }, y: angles.map { sin($0) },
            weights: angles.map { _ in random.nextUnit() + 0.5 })
        let clustering = try cluster(WeightedCurve(ring), clusters)
        var sums = [(x: Double, y: Double, weight: Double)](repeating: (0, 0, 0), count: clusters)
        for point in 0..<ring.count {
            let squares = clustering.centroids.map {
                ($0.x - ring.x[point]) * ($0.x - ring.x[point]) + ($0.y - ring.y[point]) * ($0.y - ring.y[point])
            }
            let nearest = squares.indices.min { squares[$0] < squares[$1] } ?? 0
            sums[nearest].x += ring.weights[point] * ring.x[point]
            sums[nearest].y += ring.weights[point] * ring.y[point]
            sums[nearest].weight += ring.weights[point]
        }
        for (centroid, sum) in zip(clustering.centroids, sums) {
            #expect(abs(centroid.weight - sum.weight) < 1e-9)
            #expect(abs(centroid.x - sum.x / sum.weight) < 1e-9)
            #expect(abs(centroid.y - sum.y / sum.weight) < 1e-9)
        }
    }

    @Test func weightsCountLikeRepeatedPoints() throws {
        let weighted = PlanePoints(x: [0, 1, 5, 6], y: [0, 0, 1, 1], weights: [3, 1, 1, 2])
        let centroids = try cluster(WeightedCurve(weighted), 2).centroids
        #expect(centroids.map(\.x) == [0.25, 17.0 / 3])
        #expect(centroids.map(\.weight) == [4, 3])
    }

    @Test func sameSeedGivesTheSameBits() throws {
        let curve = curve(Samples.student5(seed: 13, count: 30_000))
        #expect(try cluster(curve, 7, seed: 4) == cluster(curve, 7, seed: 4))
    }

    @Test func asManyClustersAsPointsLeaveNoInertia() throws {
        let points = PlanePoints(x: [-3, 0, 1, 9, 1e30], y: [0, 0, 1, 9, 1e30], weights: [1, 1e9, 2, 1, 1])
        let clustering = try cluster(WeightedCurve(points), 5)
        #expect(clustering.inertia == 0)
        #expect(clustering.centroids.map(\.x) == points.x)
    }

    @Test(arguments: 0..<30 as Range<UInt64>) func noClusterEndsEmpty(seed: UInt64) throws {
        // Far outliers and a tight cloud: centres that start in the cloud lose their points to each other.
        var random = SplitMix64(seed: seed)
        let x = [-4_000] + (0..<60).map { _ in Samples.normal(&random) }.sorted() + [5_000]
        let points = PlanePoints(x: x, y: x.map { max($0, 0) }, weights: x.map { _ in 1 })
        let clustering = try cluster(WeightedCurve(points), 8, restarts: 1, seed: seed)
        #expect(clustering.centroids.allSatisfy { $0.weight > 0 })
    }

    @Test func fewerPointsThanClustersAreRefused() {
        let points = PlanePoints(x: [1, 2], y: [1, 2], weights: [1, 1])
        #expect(throws: ApproxError.tooFewDistinctValues(found: 2, needed: 3)) { try cluster(WeightedCurve(points), 3) }
    }
}
