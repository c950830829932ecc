import Approx
import Foundation
import Testing

@Suite struct HermiteFitterTests {
    /// 1e-13 of the function's size under the Gaussian: sums of a few thousand rounded terms.
    @Test(arguments: BestApproximations.all.hermite) func coefficientsAreThoseOf40Digits(
        expected: BestApproximations.Hermite
    ) throws {
        let series = HermiteSeries(
            of: try BestApproximations.activation(named: expected.activation), mean: expected.mean,
            variance: expected.deviation * expected.deviation, degree: expected.coefficients.count - 1)
        let size = expected.coefficients.reduce(0) { $0 + $1 * $1 }.squareRoot()
        for (found, coefficient) in zip(series.coefficients, expected.coefficients) {
            #expect(abs(found - coefficient) < 1e-13 * size)
        }
    }

    /// Stein's lemma: c_n = s phi(a) He_(n-2)(a) / sqrt(n!) for n >= 2, where a = -mean / s is the corner.
    @Test(arguments: [(0.0, 1.0), (-0.7, 0.3), (2, 5), (100, 30), (1e-3, 1e-2)])
    func coefficientsOfReLUAreThoseOfSteinsLemma(mean: Double, deviation: Double) {
        let series = HermiteSeries(of: .relu, mean: mean, variance: deviation * deviation, degree: 40)
        let corner = -mean / deviation
        let density = exp(-corner * corner / 2) / (2 * Double.pi).squareRoot()
        let above = erfc(corner / 2.0.squareRoot()) / 2
        var expected = [mean * above + deviation * density, deviation * above]
        // he_n(a) / sqrt((n + 1) (n + 2)) from the recurrence of he.
        var (before, value) = (0.0, 1.0)
        for n in 0...38 {
            expected.append(deviation * density * value / Double((n + 1) * (n + 2)).squareRoot())
            (before, value) = (
                value, (corner * value - Double(n).squareRoot() * before) / Double(n + 1).squareRoot()
            )
        }
        let size = (mean * mean + deviation * deviation).squareRoot()
        #expect(zip(series.coefficients, expected).allSatisfy { abs($0 - $1) < 1e-13 * size })
    }

    @Test(arguments: [2, 3, 4, 7, 15]) func polynomialIsTheSeriesOnTheObservedRange(degree: Int) throws {
        let values = Samples.bell(seed: 81, count: 20_000, tail: 1)
        let statistics = Samples.layer(values)
        let fit = try FitterKind.hermite.fit(
            statistics, of: .gelu, degrees: [Degree(degree)], settings: FitSettings())[0]
        let polynomial = fit.approximation.polynomials[0]
        let channel = statistics.channels[0]
        let series = HermiteSeries(of: .gelu, mean: channel.mean, variance: channel.variance, degree: degree)
        #expect(polynomial.domain == channel.range)
        #expect(polynomial.degree == degree)
        let points = (0...100).map { channel.minimum + (channel.maximum - channel.minimum) * Double($0) / 100 }
        let size = points.map { abs(series($0, degree: degree)) }.max() ?? 0
        #expect(points.allSatisfy { abs(polynomial($0) - series($0, degree: degree)) < 1e-13 * size })
    }

    /// What distinguishes it from least squares is the distribution; Gaussian values have that of the projection.
    @Test(arguments: [2, 4, 6]) func onGaussianValuesItIsNearlyLeastSquares(degree: Int) throws {
        var random = SplitMix64(seed: 82)
        let values = (0..<200_000).map { _ in Float(0.4 + 1.5 * Samples.normal(&random)) }
        let degrees = [try Degree(degree)]
        let statistics = Samples.layer(values)
        let hermite = try FitterKind.hermite.fit(statistics, of: .relu, degrees: degrees, settings: FitSettings())[0]
        let best = try FitterKind.leastSquares.fit(
            statistics, of: .relu, degrees: degrees, settings: FitSettings())[0]
        #expect(hermite.rootMeanSquareError < 1.01 * best.rootMeanSquareError)
        #expect(hermite.rootMeanSquareError >= best.rootMeanSquareError)
        let tails = Samples.layer(Samples.student5(seed: 83, count: 200_000))
        let far = try FitterKind.hermite.fit(tails, of: .relu, degrees: degrees, settings: FitSettings())[0]
        let near = try FitterKind.leastSquares.fit(tails, of: .relu, degrees: degrees, settings: FitSettings())[0]
        #expect(far.rootMeanSquareError > 1.05 * near.rootMeanSquareError)
    }
}
