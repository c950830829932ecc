import Approx
import Foundation
import Testing

@Suite struct FitterGuardTests {
    private func fit(
        _ kind: FitterKind, _ statistics: LayerStatistics, degree: Int = 3, _ granularity: Granularity = .layer
    ) throws -> Fit {
        try kind.fit(
            statistics, of: .relu, degrees: [Degree(degree)], settings: FitSettings(granularity: granularity))[0]
    }

    @Test(arguments: FitterKind.polynomials, Granularity.allCases) func emptyStatisticsAreRefused(
        kind: FitterKind, granularity: Granularity
    ) {
        #expect(throws: ApproxError.noValues) { try fit(kind, Samples.layer(channels: [[], []]), granularity) }
    }

    @Test(arguments: FitterKind.polynomials, Granularity.allCases) func onlyNaNIsRefused(
        kind: FitterKind, granularity: Granularity
    ) {
        #expect(throws: ApproxError.onlyNonFiniteValues(count: 3)) {
            try fit(kind, Samples.layer(channels: [[.nan, .nan], [.infinity]]), granularity)
        }
    }

    @Test(arguments: FitterKind.polynomials, Granularity.allCases) func aDeadLayerIsRefused(
        kind: FitterKind, granularity: Granularity
    ) {
        #expect(throws: ApproxError.constantInput(value: 0, count: 5)) {
            try fit(kind, Samples.layer(channels: [[0, -0.0], [0, 0, 0]]), granularity)
        }
    }

    @Test(arguments: FitterKind.polynomials, Granularity.allCases) func fewerValuesThanCoefficientsAreRefused(
        kind: FitterKind, granularity: Granularity
    ) throws {
        let three = Samples.layer([-1, 0, 2, 2, 2])
        #expect(throws: ApproxError.tooFewDistinctValues(found: 3, needed: 4)) { try fit(kind, three, granularity) }
        let parabola = try fit(kind, three, degree: 2, granularity)
        if [.centroid, .leastSquares].contains(kind) {
            #expect(parabola.maximumError < 1e-14, "three values are as many as coefficients")
        }
    }

    @Test func wildDegreesAreIllConditionedRatherThanNaN() throws {
        let statistics = Samples.layer(Samples.student5(seed: 51, count: 20_000))
        for kind in FitterKind.polynomials {
            for degree in [20, 40, 63] {
                switch Result(catching: { try fit(kind, statistics, degree: degree) }) {
                case .success(let fit):
                    #expect(fit.approximation.polynomials[0].coefficients.allSatisfy { $0.isFinite })
                    #expect(fit.rootMeanSquareError.isFinite && fit.maximumError.isFinite)
                case .failure(ApproxError.illConditioned(degree, let reciprocalCondition)):
                    #expect(reciprocalCondition < 1e-13)
                case .failure(let error):
                    Issue.record("\(kind), degree \(degree): \(error)")
                }
            }
        }
        #expect(throws: ApproxError.self) { try fit(.centroid, statistics, degree: 63) }
    }

    @Test(arguments: FitterKind.polynomials) func hugeAndTinyScalesFit(kind: FitterKind) throws {
        let values = Samples.student5(seed: 52, count: 5_000)
        let plain = try fit(kind, Samples.layer(values), degree: 4)
        for scale in [0x1p100, 0x1p-120] as [Float] {
            let scaled = try fit(kind, Samples.layer(values.map { $0 * scale }), degree: 4)
            // A power of two scales bins, points and polynomials exactly.
            let expected = plain.approximation.polynomials[0].coefficients.map { $0 * Double(scale) }
            let found = scaled.approximation.polynomials[0].coefficients
            let size = expected.map(abs).max() ?? 0
            #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-6 * size })
        }
    }

    @Test(arguments: FitterKind.polynomials) func deadChannelsTakeTheLayersPolynomial(kind: FitterKind) throws {
        let statistics = Samples.layer(channels: [
            Samples.bell(seed: 53, count: 4_000, tail: 0.3),
            [Float](repeating: 0, count: 4_000),
            Samples.bell(seed: 54, count: 4_000, tail: 1).map { $0 * 2 },
            [],
            [.nan],
            [1, 2, 1, 2],
        ])
        let layer = try fit(kind, statistics, degree: 4)
        let channels = try fit(kind, statistics, degree: 4, .channel)
        let whole = layer.approximation.polynomials[0]
        let own = channels.approximation.polynomials
        #expect(channels.fallbackChannels == [1, 3, 4, 5])
        #expect(own.count == 6)
        #expect([1, 3, 4, 5].allSatisfy { own[$0] == whole })
        #expect(own[0] != own[2])
        #expect(own[0] != whole && own[2] != whole || kind == .minimax, "one channel has the layer's whole range")
        #expect(own[0].domain == statistics.channels[0].range)
        #expect(channels.range == statistics.pooled.range)
        let squares = zip(own, statistics.channels).reduce(0) { total, pair in
            let error = ErrorMeasures(of: pair.0, against: .relu, on: pair.1).rootMeanSquare
            return total + Double(pair.1.count) * error * error
        }
        let expected = (squares / Double(statistics.pooled.count)).squareRoot()
        #expect(abs(channels.rootMeanSquareError - expected) < 1e-12 * expected)
    }

    @Test(arguments: FitterKind.polynomials) func aChannelsFitIsThatOfItsValuesAlone(kind: FitterKind) throws {
        let channels = (0..<3).map { Samples.bell(seed: 60 + $0, count: 3_000, tail: 0.2) }
        let together = try fit(kind, Samples.layer(channels: channels), degree: 3, .channel)
        let alone = try fit(kind, Samples.layer(channels: [channels[0]]), degree: 3, .channel)
        #expect(together.approximation.polynomials[0] == alone.approximation.polynomials[0])
        #expect(together.fallbackChannels.isEmpty)
    }

    @Test(arguments: FitterKind.polynomials, Granularity.allCases) func aFitDoesNotDependOnTheOtherDegrees(
        kind: FitterKind, granularity: Granularity
    ) throws {
        let statistics = Samples.layer(channels: (0..<3).map { Samples.student5(seed: $0, count: 3_000) })
        let settings = FitSettings(granularity: granularity, seed: 5)
        let degrees = try [5, 2, 13, 7].map { try Degree($0) }
        let together = try kind.fit(statistics, of: .silu, degrees: degrees, settings: settings)
        for (degree, fit) in zip(degrees, together) {
            #expect(try kind.fit(statistics, of: .silu, degrees: [degree], settings: settings) == [fit])
        }
    }

    @Test func settingsBelowOneAreRefused() {
        #expect(throws: ApproxError.invalidSetting(name: "restarts", value: 0, least: 1)) {
            try FitterKind.centroid.fit(
                Samples.layer([1, 2, 3]), of: .relu, degrees: [Degree(2)], settings: FitSettings(restarts: 0))
        }
    }

    /// Keys of jobs and results are made from this text.
    @Test func settingsWithoutWeightingAreWrittenAsBeforeThereWasOne() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let plain = try encoder.encode(FitSettings(seed: 3))
        #expect(
            String(decoding: plain, as: UTF8.self)
                == #"{"granularity":"layer","maximumIterations":300,"restarts":10,"seed":3}"#)
        let weighted = FitSettings(weighting: .density)
        #expect(try JSONDecoder().decode(FitSettings.self, from: encoder.encode(weighted)) == weighted)
    }

    @Test func weightingIsForMinimaxAlone() throws {
        let statistics = Samples.layer(Samples.mixture(seed: 56, count: 5_000))
        for kind in FitterKind.polynomials {
            let degrees = [try Degree(4)]
            let plain = try kind.fit(statistics, of: .relu, degrees: degrees, settings: FitSettings())
            let weighted = try kind.fit(
                statistics, of: .relu, degrees: degrees, settings: FitSettings(weighting: .density))
            #expect((plain == weighted) == (kind != .minimax))
        }
    }

    @Test func fitsSurviveJSON() throws {
        for kind in FitterKind.polynomials {
            let fit = try fit(kind, Samples.layer(Samples.mixture(seed: 55, count: 2_000)), .channel)
            #expect(try JSONDecoder().decode(Fit.self, from: JSONEncoder().encode(fit)) == fit)
        }
    }

    @Test func errorsSayWhatToDo() {
        let errors: [ApproxError] = [
            .degreeOutOfRange(1, allowed: 2...63), .noValues, .onlyNonFiniteValues(count: 7),
            .constantInput(value: 0.5, count: 9), .tooFewDistinctValues(found: 3, needed: 8),
            .coincidentCentroids(x: 1.5, gap: 0), .illConditioned(degree: 63, reciprocalCondition: 1e-19),
            .noConvergence(degree: 9, iterations: 100, error: 0.2, lowerBound: 0.1),
            .precisionOutOfRange(3, allowed: 4...13), .boundOutOfRange(0),
            .channelCountMismatch(expected: 16, found: 32), .invalidSetting(name: "restarts", value: 0, least: 1),
            .notStatistics, .unsupportedStatisticsVersion(9, supported: 1),
            .truncatedStatistics(expected: 100, found: 60), .damagedStatistics("the check sum differs"),
        ]
        #expect(Set(errors.map(\.description)).count == errors.count)
        #expect(errors.allSatisfy { $0.description.contains(/[;,]/) && !$0.description.hasSuffix(".") })
    }
}
