import Approx
import Foundation
import Testing

@Suite struct CompositeFitterTests {
    private let narrow = Samples.statistics((0...400).map { Float($0) / 100 - 3 })
    private let wide = Samples.statistics((0...400).map { Float($0) / 10 - 10 })

    private func layer(_ channels: ChannelStatistics...) -> LayerStatistics {
        LayerStatistics(channels: channels)
    }

    @Test(arguments: CompositeReLU.precisions) func errorIsBelowThePrecisionOfTheRange(precision: Int) throws {
        let degree = try Degree(ofComposite: precision)
        let fits = try FitterKind.composite.fit(
            layer(narrow, wide), of: .relu, degrees: [degree], settings: FitSettings(margin: 1.5))
        let fit = try #require(fits.first)
        // What was seen reaches 30.
        let bound = 45 * exp2(-Double(precision))
        #expect(fit.degree == degree)
        #expect(fit.approximation.degree == degree.value)
        #expect(0 < fit.maximumError && fit.maximumError <= bound)
        #expect(fit.approximation.polynomial(forChannel: 1).domain == -45...45)
        let composite = try CompositeReLU(precision: precision, bound: 45)
        #expect(LevelCost.levels(of: fit.approximation, degree: degree) == composite.depth)
        for x in stride(from: -45.0, through: 45, by: 0.37) {
            #expect(abs(fit.approximation.value(at: x, inChannel: 0) - composite(x)) < 1e-11)
        }
    }

    @Test func channelsHaveRangesOfTheirOwn() throws {
        let degree = try Degree(ofComposite: 9)
        let dead = Samples.statistics([0, 0, 0])
        let fits = try FitterKind.composite.fit(
            layer(narrow, dead, wide), of: .relu, degrees: [degree], settings: FitSettings(granularity: .channel))
        let fit = try #require(fits.first)
        let reaches = fit.approximation.polynomials.map(\.domain.upperBound)
        #expect(reaches == [6, 60, 60], "twice what was seen, and for a dead channel what the layer saw")
        #expect(fit.fallbackChannels == [1])
        // 4 levels for each degree of 15, and one for the product, however many channels there are.
        #expect(LevelCost.levels(of: fit.approximation, degree: degree) == 9)
        for (channel, reach) in reaches.enumerated() {
            for x in stride(from: -reach, through: reach, by: reach / 50) {
                let difference = fit.approximation.value(at: x, inChannel: channel) - max(x, 0)
                #expect(abs(difference) <= reach * exp2(-9))
            }
        }
    }

    @Test func onlyReLUHasComposites() throws {
        let degree = try Degree(ofComposite: 7)
        for granularity in Granularity.allCases {
            #expect(throws: ApproxError.onlyForReLU(activation: "silu")) {
                try FitterKind.composite.fit(
                    layer(narrow), of: .silu, degrees: [degree], settings: FitSettings(granularity: granularity))
            }
        }
    }

    @Test func degreesAreThoseOfThePrecisions() throws {
        let degrees = try CompositeReLU.precisions.map { try CompositeReLU.degree(ofPrecision: $0) }
        #expect(degrees == [6, 14, 22, 50, 106, 226, 638, 1324, 2836, 6076])
        #expect(degrees.map { CompositeReLU.precision(ofDegree: $0) } == Array(CompositeReLU.precisions))
        #expect(throws: ApproxError.degreeOutOfRange(2, allowed: Degree.allowed)) {
            try FitterKind.composite.fit(layer(narrow), of: .relu, degrees: [Degree(2)], settings: FitSettings())
        }
        #expect(throws: ApproxError.degreeOutOfRange(6076, allowed: Degree.allowed)) {
            try FitterKind.minimax.fit(layer(narrow), of: .relu, degrees: [Degree(6076)], settings: FitSettings())
        }
        #expect(throws: ApproxError.boundOutOfRange(0.5)) {
            try FitterKind.composite.fit(
                layer(narrow), of: .relu, degrees: [Degree(6076)], settings: FitSettings(margin: 0.5))
        }
    }

    @Test func approximationComesBackFromJSON() throws {
        let (polynomial, gate) = try CompositeReLU(precision: 8, bound: 3).step
        let approximation = Approximation(granularity: .layer, polynomials: [polynomial], gate: gate)
        let back = try JSONDecoder().decode(Approximation.self, from: JSONEncoder().encode(approximation))
        #expect(back == approximation)
    }
}
