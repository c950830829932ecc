import Approx
import Foundation
import Testing

@Suite struct CurvePopulationTests {
    /// Skewed, heavy-tailed values far from 0.
    private let values: [Double] = {
        var random = SplitMix64(seed: 3)
        return (0..<4000).map { _ in
            let normal = (-2 * log(1 - random.nextUnit())).squareRoot() * cos(2 * .pi * random.nextUnit())
            return 0.5 + normal + 0.2 * normal * normal
        }
    }()

    private func extent(of values: [Double]) -> ChannelExtent {
        ChannelExtent(
            count: Double(values.count), sum: values.reduce(0, +), squares: values.reduce(0) { $0 + $1 * $1 },
            observed: values.min().flatMap { least in values.max().map { least...$0 } })
    }

    /// The sums in their order, one by one.
    private func sums(_ values: [Double], _ wanted: [Double], _ extent: ChannelExtent, degree: Int) -> [Double] {
        let t = values.map { ($0 - Double(extent.center)) * Double(extent.inverseScale) }
        func sum(_ power: Int, times factor: (Int) -> Double) -> Double {
            t.indices.reduce(0) { $0 + pow(t[$1], Double(power)) * factor($1) }
        }
        return (0...2 * degree).map { sum($0) { _ in 1 } } + (0...degree).map { sum($0) { wanted[$0] } }
            + [sum(0) { wanted[$0] * wanted[$0] }]
    }

    private func curves(_ channels: [[Double]], degree: Int, share: Double = 0) throws -> CurvePopulation.Curves {
        let extents = channels.map { extent(of: $0) }
        return CurvePopulation(
            degree: try Degree(degree), extents: extents,
            sums: zip(channels, extents).flatMap { values, extent in
                sums(values, values.map { max(0, $0) }, extent, degree: degree)
            }
        ).curves(of: .relu, anchors: CurveAnchors(share: share))
    }

    @Test(arguments: [2, 3, 4, 8]) func polynomialsAreLeastSquares(degree: Int) throws {
        let wanted = values.map { max(0, $0) }
        let expected = NaiveLeastSquares(values, wanted, degree: degree)
        let curves = try curves([values], degree: degree)
        let polynomial = try #require(curves.polynomials.first)
        #expect(polynomial.degree == degree)
        let worst = zip(values, expected.fitted).reduce(0) { max($0, abs(polynomial($1.0) - $1.1)) }
        #expect(worst < 1e-6)
        let error = expected.meanSquareError.squareRoot()
        #expect(abs(curves.rootMeanSquareError - error) < 1e-6 * error)
    }

    @Test func channelsDoNotMeet() throws {
        let other = values.map { 3 * $0 - 2 }
        let both = try curves([values, other], degree: 3)
        let alone = try curves([values], degree: 3).polynomials + curves([other], degree: 3).polynomials
        #expect(both.polynomials == alone)
        #expect(both.polynomials.map(\.domain.upperBound) == [values, other].map { extent(of: $0).reach })
    }

    /// The least squares over all values and anchors, one by one, by another method.
    @Test(arguments: [2, 4]) func anchorsAreValuesOfTheirWeight(degree: Int) throws {
        let observed = extent(of: values).observed
        let largest = max(abs(observed.lowerBound), abs(observed.upperBound))
        let anchors = (0..<64).flatMap { step in
            let distance = 0.5 * largest * (Double(step) + 0.5) / 64
            return [observed.lowerBound - distance, observed.upperBound + distance]
        }
        // As heavy as the values: 4,000 of these, 128 anchors, each of them 125 times in four copies of the values.
        let all = (0..<4).flatMap { _ in values } + (0..<125).flatMap { _ in anchors }
        let expected = NaiveLeastSquares(all, all.map { max(0, $0) }, degree: degree)
        let polynomial = try #require(curves([values], degree: degree, share: 1).polynomials.first)
        let worst = zip(all, expected.fitted).reduce(0.0) { max($0, abs(polynomial($1.0) - $1.1)) }
        #expect(worst < 1e-6 * largest)
    }

    /// Far beyond what was seen, the polynomials with anchors stay nearer to the function, and pay next to nothing.
    @Test func anchorsHoldThePolynomialsBeyondTheirDomain() throws {
        func errorBeyond(_ curves: CurvePopulation.Curves) -> Double {
            curves.polynomials.reduce(0) { sum, polynomial in
                let x = 1.4 * polynomial.domain.upperBound
                return sum + abs(polynomial(x) - x) + abs(polynomial(-x))
            }
        }
        let free = try curves([values], degree: 4)
        let held = try curves([values], degree: 4, share: CurveAnchors().share)
        #expect(errorBeyond(held) < errorBeyond(free))
        #expect(held.rootMeanSquareError > free.rootMeanSquareError)
        #expect(held.rootMeanSquareError < 1.05 * free.rootMeanSquareError)
    }

    @Test func aChannelFarFromZeroIsFittedAtAHighDegree() throws {
        let polynomial = try curves([values.map { $0 + 50 }], degree: 8).polynomials[0]
        // There ReLU is the identity.
        #expect(abs(polynomial(50) - 50) < 0.1)
    }

    @Test(arguments: [2, 8]) func aConstantChannelGetsAConstant(degree: Int) throws {
        for value in [-1.0, 0, 2] {
            let polynomial = try curves([Array(repeating: value, count: 100)], degree: degree).polynomials[0]
            #expect(abs(polynomial(value) - max(0, value)) < 1e-9)
            #expect(polynomial.coefficients.allSatisfy { $0.isFinite })
        }
    }

    /// One value tells of no curve, but its anchors lie to both of its sides, where ReLU is a line.
    @Test(arguments: [2, 4], [-1.0, 2]) func aConstantChannelFollowsItsAnchors(degree: Int, value: Double) throws {
        let curves = try curves([Array(repeating: value, count: 100)], degree: degree, share: CurveAnchors().share)
        for factor in [0.5, 1, 1.5] {
            #expect(abs(curves.polynomials[0](factor * value) - max(0, factor * value)) < 1e-3, "\(factor)")
        }
    }

    /// A cubic: two squarings could not express it, nor anything too near to it.
    @Test(arguments: [0.0, 0.7, 9], [0, 1e-6]) func aQuarticStaysAwayFromCubics(center: Double, quartic: Double) throws
    {
        let channel = values.map { $0 + center }
        let extent = extent(of: channel)
        func wanted(_ x: Double) -> Double {
            0.2 + 0.5 * x + 0.1 * x * x - 0.02 * x * x * x + quartic * pow(x - center, 4)
        }
        let curves = CurvePopulation(
            degree: try Degree(4), extents: [extent], sums: sums(channel, channel.map(wanted), extent, degree: 4)
        ).curves(of: .relu, anchors: CurveAnchors(share: 0))
        let polynomial = try #require(curves.polynomials.first)
        let powers = polynomial.unscaledPowers
        #expect(abs(powers[3] / (4 * powers[4])) < 16 * extent.reach)
        let mean = Double(extent.center)
        #expect(
            channel.allSatisfy {
                abs(polynomial($0) - wanted($0)) < 0.02 * pow($0 - mean, 4) / (40 * extent.reach) + 1e-6
            })
    }

    @Test func noValuesGiveAPolynomialAllTheSame() throws {
        let polynomial = try curves([[]], degree: 2).polynomials[0]
        #expect(polynomial.coefficients.allSatisfy { $0.isFinite } && polynomial.domain == -1...1)
    }
}
