import Approx
import Testing

@Suite struct CentroidFitterTests {
    @Test(arguments: 2...7) func polynomialPassesThroughTheCentroids(degree: Int) throws {
        let values = Samples.mixture(seed: 41, count: 30_000)
        let settings = FitSettings(seed: 77, restarts: 5)
        let fit = try FitterKind.centroid.fit(
            Samples.layer(values), of: .relu, degrees: [Degree(degree)], settings: settings)[0]
        // The same clusters, found from the outside with the fit's own stream of draws.
        var random = SplitMix64(seed: 77, stream: UInt64(degree), 0)
        let statistics = Samples.statistics(values)
        let clustering = try KMeans(clusters: degree + 1, restarts: 5, maximumIterations: settings.maximumIterations)
            .clustering(of: WeightedCurve(statistics, on: .relu), random: &random)
        let polynomial = fit.approximation.polynomials[0]
        #expect(polynomial.degree == degree)
        for centroid in clustering.centroids {
            #expect(abs(polynomial(centroid.x) - centroid.y) < 1e-10)
        }
    }

    @Test(arguments: Reference.all, 2...7) func inertiaIsThatOfTheRawValues(reference: Reference, degree: Int) throws {
        let fit = try FitterKind.centroid.fit(
            Samples.layer(reference.values), of: .relu, degrees: [Degree(degree)], settings: FitSettings())[0]
        let inertia = try #require(fit.inertia)
        let expected = try #require(reference.inertia[String(degree + 1)])
        #expect(inertia <= 1.001 * expected)
        #expect(inertia >= 0.97 * expected)
    }

    /// Three groups of points that no start can miss: the parabola through their means, by Lagrange's formula.
    @Test func threeGroupsGiveTheParabolaThroughTheirMeans() throws {
        let values: [Float] = [-10.5, -9.5, -0.5, 0.5, 9.5, 10.5]
        let fit = try FitterKind.centroid.fit(
            Samples.layer(values), of: .relu, degrees: [Degree(2)], settings: FitSettings())[0]
        // (-10, 0), (0, 1/4), (10, 10).
        let powers = fit.approximation.polynomials[0].unscaledPowers
        let expected = [0.25, 0.5, 0.0475]
        for (power, value) in zip(powers, expected) {
            #expect(abs(power - value) < 1e-13)
        }
        let inertia = try #require(fit.inertia)
        // 0.5 on the left, 0.5 + 0.125 in the middle, 1 on the right.
        #expect(abs(inertia - 2.125) < 1e-12)
    }

    @Test func centroidsWithTheSameXAreReported() {
        // A step between two values that lie on the two sides of a bin's edge.
        #expect {
            try FitterKind.centroid.fit(
                Samples.layer([-1, -1e-12, 1e-12, 1]), of: .hardSigmoid(slope: 1e15, offset: 0.5), degrees: [Degree(3)],
                settings: FitSettings())
        } throws: { error in
            if case .coincidentCentroids(_, let gap) = error as? ApproxError { gap < 1e-11 } else { false }
        }
    }
}
