import Approx
import CDNNL
import Foundation
import Testing

/// The kernels behind the polynomials of a guided network, beside the plainest sums.
@Suite struct CurveSumsTests {
    private func values(_ count: Int, seed: UInt64) -> [Float] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in Float(4 * random.nextUnit() * random.nextUnit() - 1) }
    }

    private func sums(_ x: [Float], _ y: [Float], extent: ChannelExtent, degree: Int) -> [Double] {
        var sums = [Double](repeating: 0, count: 3 * degree + 3)
        cdnnl_curve_sums(x, y, x.count, extent.center, extent.inverseScale, Int32(degree), &sums)
        return sums
    }

    private func extent(of x: [Float]) -> ChannelExtent {
        var sums = cdnnl_extent_sums(count: 0, sum: 0, squares: 0, least: .infinity, largest: -.infinity)
        cdnnl_extent(x, x.count, &sums)
        return ChannelExtent(
            count: sums.count, sum: sums.sum, squares: sums.squares,
            observed: Double(sums.least)...Double(sums.largest))
    }

    @Test(arguments: [2, 3, 4, 8], [1, 7, 36, 5001]) func sumsAreThoseOfPowers(degree: Int, count: Int) {
        let x = values(count, seed: 1), y = values(count, seed: 2)
        let extent = extent(of: x)
        let found = sums(x, y, extent: extent, degree: degree)
        let t = x.map { Double(($0 - extent.center) * extent.inverseScale) }
        for power in 0...2 * degree {
            let terms = t.map { pow($0, Double(power)) }
            let size = terms.reduce(0) { $0 + abs($1) }
            #expect(abs(found[power] - terms.reduce(0, +)) <= 1e-5 * size)
            guard power <= degree else { continue }
            let products = zip(terms, y).map { $0 * Double($1) }
            #expect(abs(found[2 * degree + 1 + power] - products.reduce(0, +)) <= 1e-5 * 3 * size)
        }
        let squares = y.reduce(0) { $0 + Double($1) * Double($1) }
        #expect(abs(found[3 * degree + 2] - squares) <= 1e-12 * squares)
    }

    @Test(arguments: [1, 7, 5001]) func extentsAreThoseOfTheValues(count: Int) {
        let x = values(count, seed: 3)
        var sums = cdnnl_extent_sums(count: 2, sum: 1, squares: 1, least: -0.5, largest: 0.25)
        cdnnl_extent(x, count, &sums)
        #expect(sums.count == Double(count + 2))
        #expect(abs(sums.sum - x.reduce(1) { $0 + Double($1) }) < 1e-9)
        #expect(abs(sums.squares - x.reduce(1) { $0 + Double($1) * Double($1) }) < 1e-9)
        #expect(sums.least == x.reduce(-0.5, min))
        #expect(sums.largest == x.reduce(0.25, max))
    }

    /// Powers of one value cannot be told apart: the polynomial must be as flat as what is known.
    @Test(arguments: [Float(1.234), 0.37, -2.1], [2, 4, 8])
    func aConstantChannelGetsNoWildCurve(value: Float, degree: Int) throws {
        let x = [Float](repeating: value, count: 4000), y = x.map { max(0, $0) }
        let extent = extent(of: x)
        let curves = CurvePopulation(
            degree: try Degree(degree), extents: [extent], sums: sums(x, y, extent: extent, degree: degree)
        ).curves(of: .relu, anchors: CurveAnchors())
        let polynomial = try #require(curves.polynomials.first)
        for factor in stride(from: 0.7, through: 1.5, by: 0.1) {
            let u = factor * Double(value)
            #expect(abs(polynomial(u) - max(0, u)) < 0.1 * abs(Double(value)), "\(factor)")
        }
    }

    /// Far from 0, double precision in the powers is what keeps high degrees apart.
    @Test(arguments: [Float(50), 100, 300]) func aChannelFarFromZeroIsFitted(center: Float) throws {
        let x = values(20_000, seed: 5).map { $0 + center }
        let extent = extent(of: x)
        let population = CurvePopulation(
            degree: try Degree(8), extents: [extent], sums: sums(x, x, extent: extent, degree: 8))
        let curves = population.curves(of: .relu, anchors: CurveAnchors())
        #expect(curves.rootMeanSquareError < 1e-3)
        let polynomial = try #require(curves.polynomials.first)
        for u in x.prefix(50) { #expect(abs(polynomial(Double(u)) - Double(u)) < 1e-2) }
    }
}
