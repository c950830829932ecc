import Approx
import Foundation
import Store
import Testing

@Suite struct ResultTests {
    private let work: Workplace
    private let model: ModelRecord
    private let layers: [LayerRecord]
    private var store: Store { work.store }
    private let provenance = Provenance(host: "tower", threads: 2, version: "0.1.0", gitCommit: "abc")

    init() throws {
        work = try Workplace()
        model = try work.store.addModel(Sample.model()).model
        layers = try work.store.layers(of: model.id)
    }

    // MARK: Shards

    @Test func shardsComeBackInTheOrderAskedFor() throws {
        let ranges = [0..<500, 500..<1000, 1000..<1250]
        try store.record { writer throws(StoreError) in
            for range in ranges.reversed() {
                try writer.insert(shard(range, bytes: [UInt8(range.count % 251)]))
            }
        }
        let found = try store.shards(
            of: layers[0].id, dataset: Sample.fingerprint, split: .calibration, ranges: ranges)
        #expect(found.map(\.range) == ranges)
        #expect(found.map(\.statistics) == [Data([249]), Data([249]), Data([250])])
        #expect(
            try store.shardRanges(of: layers[0].id, dataset: Sample.fingerprint, split: .calibration) == ranges)
        #expect(try store.shardRanges(of: layers[1].id, dataset: Sample.fingerprint, split: .calibration).isEmpty)
    }

    @Test func missingShardIsNamed() throws {
        try store.record { writer throws(StoreError) in try writer.insert(shard(0..<500, bytes: [1])) }
        let error = try #require(throws: StoreError.self) {
            try store.shards(
                of: layers[0].id, dataset: Sample.fingerprint, split: .calibration, ranges: [0..<500, 500..<1000])
        }
        #expect(error.description.contains("500..<1000"))
    }

    @Test func shardThatIsThereStaysAsItIs() throws {
        for bytes in [[UInt8(1)], [2]] {
            try store.record { writer throws(StoreError) in try writer.insert(shard(0..<500, bytes: bytes)) }
        }
        let found = try store.shards(
            of: layers[0].id, dataset: Sample.fingerprint, split: .calibration, ranges: [0..<500])
        #expect(found.map(\.statistics) == [Data([1])])
    }

    @Test func largeShardComesBackWhole() throws {
        let bytes = (0..<3_000_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        try store.record { writer throws(StoreError) in try writer.insert(shard(0..<500, bytes: bytes)) }
        let found = try store.shards(
            of: layers[0].id, dataset: Sample.fingerprint, split: .calibration, ranges: [0..<500])
        #expect(found.first?.statistics == Data(bytes))
    }

    // MARK: Approximations

    @Test func coefficientsComeBackToTheLastBit() throws {
        var bits: UInt64 = 42
        let numbers = (0..<64 * 9).map { _ -> Double in
            bits = bits &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Double(bitPattern: bits)
            return value.isFinite ? value : 0.1
        }
        let special = [0.1, -0.0, .leastNonzeroMagnitude, .greatestFiniteMagnitude, 1.0.nextUp, -1 / 3.0]
        let polynomials =
            stride(from: 0, to: numbers.count, by: 9).map {
                Polynomial(basis: .monomial, coefficients: Array(numbers[$0..<$0 + 9]), domain: (-1.0 / 3)...0.1)
            } + [Polynomial(basis: .chebyshev, coefficients: special, domain: -0.0...(1e-300))]
        let approximation = Approximation(granularity: .channel, polynomials: polynomials)
        var stored: ApproximationID?
        try store.record { writer throws(StoreError) in
            var fit = try Sample.fit(layers[0], degree: 8, approximation: approximation)
            fit.inertia = 1.0 / 3
            fit.fallbackChannels = [3, 5]
            fit.range = (-1.0 / 3)...0.1.nextUp
            stored = try writer.insert(fit)
        }
        let record = try store.approximation(try #require(stored))
        let found = record.fit.approximation
        #expect(found.granularity == .channel)
        #expect(found.polynomials.map(\.basis) == polynomials.map(\.basis))
        #expect(found.polynomials.map(\.bits) == polynomials.map(\.bits))
        #expect(record.fit.inertia == 1.0 / 3)
        #expect(record.fit.fallbackChannels == [3, 5])
        #expect(record.fit.range == (-1.0 / 3)...0.1.nextUp)
    }

    @Test func compositeComesBackExactly() throws {
        let (polynomial, gate) = try CompositeReLU(precision: 13, bound: 1.0 / 3).step
        let approximation = Approximation(granularity: .layer, polynomials: [polynomial], gate: gate)
        let degree = try Degree(ofComposite: 13)
        var stored: ApproximationID?
        try store.record { writer throws(StoreError) in
            stored = try writer.insert(try Sample.fit(layers[0], degree: degree.value, approximation: approximation))
        }
        let found = try store.approximation(try #require(stored)).fit
        #expect(found.degree == degree)
        #expect(found.approximation == approximation)
    }

    @Test func sameFitTwiceIsOneApproximation() throws {
        var ids: [ApproximationID] = []
        for rmse in [0.1, 0.2] {
            try store.record { writer throws(StoreError) in
                ids.append(try writer.insert(try Sample.fit(layers[0], rmse: rmse)))
            }
        }
        #expect(ids.count == 2 && ids[0] == ids[1])
        #expect(try store.approximation(ids[0]).fit.rootMeanSquareError == 0.1)
        #expect(try store.approximations(ApproximationFilter(model: model.id)).count == 1)
    }

    @Test func figureThatIsNotFiniteIsRefused() throws {
        let bad = Approximation(
            granularity: .layer,
            polynomials: [Polynomial(basis: .monomial, coefficients: [.nan], domain: -1...1)])
        #expect(throws: StoreError.self) {
            try store.record { writer throws(StoreError) in
                try writer.insert(try Sample.fit(layers[0], approximation: bad))
            }
        }
        #expect(throws: StoreError.self) {
            try store.record { writer throws(StoreError) in
                try writer.insert(try Sample.fit(layers[0], rmse: .infinity))
            }
        }
        #expect(try store.approximations(ApproximationFilter(model: model.id)).isEmpty)
    }

    @Test func filterNarrowsByEveryPart() throws {
        try store.record { writer throws(StoreError) in
            for layer in layers {
                for degree in 2...4 {
                    for fitter in ["centroid", "least-squares"] {
                        try writer.insert(try Sample.fit(layer, degree: degree, fitter: fitter))
                    }
                }
            }
            try writer.insert(try Sample.fit(layers[0], settingsHash: String(repeating: "6", count: 64)))
        }
        func count(_ filter: ApproximationFilter) throws -> Int { try store.approximations(filter).count }
        #expect(try count(ApproximationFilter(model: model.id)) == 19)
        #expect(try count(ApproximationFilter(model: model.id, layer: layers[0].id)) == 7)
        #expect(try count(ApproximationFilter(model: model.id, degrees: [2, 4])) == 13)
        #expect(try count(ApproximationFilter(model: model.id, fitters: ["centroid"])) == 10)
        #expect(try count(ApproximationFilter(model: model.id, settingsHash: Sample.settingsHash)) == 18)
        #expect(try count(ApproximationFilter(model: model.id, calibrationImages: 501)) == 0)
        #expect(try count(ApproximationFilter(model: model.id, calibrationDataset: "x")) == 0)
        let order = try store.approximations(ApproximationFilter(model: model.id, degrees: [3, 2])).map {
            "\($0.layer.position) \($0.record.fit.fitter) \($0.record.fit.degree)"
        }
        #expect(order.prefix(3) == ["0 centroid 2", "0 centroid 2", "0 centroid 3"])
        #expect(order.last == "2 least-squares 3")
    }

    // MARK: Evaluations

    @Test func dropIsTakenFromTheOriginalOnTheSameImages() throws {
        var id: ApproximationID?
        try store.record { writer throws(StoreError) in
            let fit = try writer.insert(try Sample.fit(layers[0]))
            id = fit
            try writer.insert(Sample.evaluation(.approximation(fit), model: model.id, correct: 150, images: 200))
            try writer.insert(Sample.evaluation(.approximation(fit), model: model.id, correct: 90, images: 100))
            try writer.insert(Sample.evaluation(.original, model: model.id, correct: 193, images: 200))
            try writer.insert(Timing(seconds: 2.5, images: 200, provenance: provenance))
        }
        let fit = try #require(id)
        let images = EvaluationImages(dataset: Sample.fingerprint, split: .validation, range: 0..<200)
        let evaluation = try #require(
            try store.evaluation(of: .approximation(fit), model: model.id, on: images))
        #expect(evaluation.drop == 21.5)
        #expect(evaluation.accuracy == 0.75)
        #expect(evaluation.seconds == 2.5)
        #expect(evaluation.outsideShares == [nil, 0.25, nil])
        #expect(try store.predictions(of: evaluation.id) == Data([9]))
        let all = try store.evaluations(of: .approximation(fit), model: model.id)
        #expect(all.map(\.drop) == [21.5, nil])
        let listed = try store.approximations(ApproximationFilter(model: model.id), evaluatedOn: images)
        #expect(listed.map(\.evaluation) == [evaluation])
        #expect(try store.approximations(ApproximationFilter(model: model.id)).map(\.evaluation) == [nil])
        let original = try #require(try store.evaluation(of: .original, model: model.id, on: images))
        #expect(original.drop == 0)
    }

    @Test func sameEvaluationTwiceIsOne() throws {
        var ids: [EvaluationID] = []
        for correct in [90, 91] {
            try store.record { writer throws(StoreError) in
                ids.append(try writer.insert(Sample.evaluation(.original, model: model.id, correct: correct)))
            }
        }
        #expect(ids.count == 2 && ids[0] == ids[1])
        #expect(try store.evaluations(of: .original, model: model.id).map(\.correct) == [90])
    }

    @Test func escapedImagesCannotBeCorrect() throws {
        #expect(throws: StoreError.self) {
            try store.record { writer throws(StoreError) in
                try writer.insert(Sample.evaluation(.original, model: model.id, correct: 95, escaped: 6))
            }
        }
        #expect(try store.evaluations(of: .original, model: model.id).isEmpty)
    }

    @Test func evaluationOfAMissingApproximationIsRefused() throws {
        #expect(throws: StoreError.self) {
            try store.record { writer throws(StoreError) in
                try writer.insert(
                    Sample.evaluation(.approximation(ApproximationID(99)), model: model.id, correct: 5))
            }
        }
    }

    // MARK: Plans

    @Test func planComesBackWithItsLayersInOrder() throws {
        var ids: [ApproximationID] = []
        try store.record { writer throws(StoreError) in
            ids = [
                try writer.insert(try Sample.fit(layers[0])), try writer.insert(try Sample.fit(layers[2])),
            ]
            try writer.insert(newPlan([ids[0], nil, ids[1]]))
        }
        let plan = try store.plan(named: "centroid degree 2", of: model.id)
        #expect(plan.approximations == [ids[0], nil, ids[1]])
        #expect(plan.replacedLayers == 2)
        #expect(try store.plan(key: "k", of: model.id) == plan)
        #expect(try store.plan(key: "other", of: model.id) == nil)
        #expect(try store.plans(of: model.id) == [plan])
        #expect(try store.weights(of: plan.id) == nil)
        #expect(throws: StoreError.unknown(kind: "plan", name: "best", known: ["centroid degree 2"])) {
            try store.plan(named: "best", of: model.id)
        }
    }

    @Test func samePlanTwiceIsOneAndAnotherOneReplacesIt() throws {
        var fit: ApproximationID?
        try store.record { writer throws(StoreError) in
            fit = try writer.insert(try Sample.fit(layers[0]))
            let id = try writer.insert(newPlan([fit, nil, nil]))
            try writer.insert(Sample.evaluation(.plan(id), model: model.id, correct: 50))
        }
        let first = try #require(try store.plan(key: "k", of: model.id))
        try store.record { writer throws(StoreError) in try writer.insert(newPlan([fit, nil, nil])) }
        #expect(try store.plan(key: "k", of: model.id) == first)
        #expect(try store.evaluations(of: .plan(first.id), model: model.id).count == 1)
        try store.record { writer throws(StoreError) in try writer.insert(newPlan([nil, nil, nil])) }
        let second = try #require(try store.plan(key: "k", of: model.id))
        #expect(second.approximations == [nil, nil, nil])
        #expect(try store.evaluations(of: .plan(second.id), model: model.id).isEmpty)
        #expect(try store.plans(of: model.id).count == 1)
    }

    @Test func planOfWhichOnlyAFigureIsWrongIsReplaced() throws {
        try store.record { writer throws(StoreError) in try writer.insert(newPlan([nil, nil, nil])) }
        for change: (inout NewPlan) -> Void in [
            { $0.levels += 1 }, { $0.settings = #"{"a":1}"# }, { $0.method = "best" }, { $0.name = "another" },
        ] {
            var plan = newPlan([nil, nil, nil])
            change(&plan)
            try store.record { writer throws(StoreError) in try writer.insert(plan) }
            let kept = try #require(try store.plan(key: "k", of: model.id))
            #expect(
                kept.levels == plan.levels && kept.settings == plan.settings && kept.method == plan.method
                    && kept.name == plan.name)
        }
    }

    @Test func refittedWeightsAreKeptWithThePlan() throws {
        try store.record { writer throws(StoreError) in
            var guided = newPlan([nil, nil, nil])
            guided.method = "guided"
            guided.weights = Data([1, 2, 3])
            try writer.insert(guided)
        }
        let guided = try store.plan(named: "centroid degree 2", of: model.id)
        #expect(try store.weights(of: guided.id) == Data([1, 2, 3]))
    }

    @Test func stepIsTimedOnceAnAttempt() throws {
        #expect(throws: StoreError.self) {
            try store.record { writer throws(StoreError) in
                try writer.insert(Timing(seconds: 1, provenance: provenance))
                try writer.insert(Timing(seconds: 2, provenance: provenance))
            }
        }
    }

    private func shard(_ range: Range<Int>, bytes: [UInt8]) -> Shard {
        Shard(
            layer: layers[0].id, dataset: Sample.fingerprint, split: .calibration, range: range,
            statistics: Data(bytes))
    }

    private func newPlan(_ approximations: [ApproximationID?]) -> NewPlan {
        NewPlan(
            model: model.id, name: "centroid degree 2", key: "k", method: "uniform", settings: "{}", levels: 2,
            layers: Dictionary(uniqueKeysWithValues: zip(layers.map(\.id), approximations)))
    }
}

extension Polynomial {
    /// Every number of it, bit by bit.
    fileprivate var bits: [UInt64] {
        ([domain.lowerBound, domain.upperBound] + coefficients).map(\.bitPattern)
    }
}
