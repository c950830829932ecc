import Approx
import Foundation
import Store
import Testing

@Suite struct NetworkPlanTests {
    private let work: Workplace
    private let model: ModelRecord
    private let layers: [LayerRecord]
    private var store: Store { work.store }

    init() throws {
        work = try Workplace()
        model = try work.store.addModel(Sample.model()).model
        layers = try work.store.layers(of: model.id)
    }

    /// Writes a plan of degree 2 with an evaluation.
    @discardableResult
    private func record(key: Character, coefficient: Double, weights: Data = Data([1])) throws -> PlanRecord {
        let key = String(repeating: key, count: 64)
        let approximation = Approximation(
            granularity: .layer,
            polynomials: [Polynomial(basis: .monomial, coefficients: [0, 0.5, coefficient], domain: -2...3)])
        try store.record { writer throws(StoreError) in
            var fits: [NewApproximation] = []
            for layer in layers {
                fits.append(
                    try Sample.fit(layer, fitter: "guided", settingsHash: key, approximation: approximation))
            }
            let id = try writer.insert(
                NewPlan(
                    model: model.id, name: "guided degree 2", key: key, method: "guided", settings: "{}", levels: 3,
                    layers: [:], weights: weights),
                with: fits)
            try writer.insert(Sample.wholeEvaluation(.plan(id), of: model.id, correct: 50))
        }
        return try #require(try store.plan(key: key, of: model.id))
    }

    private func coefficients(of plan: PlanRecord) throws -> [Double] {
        try plan.approximations.compactMap(\.self).map {
            try store.approximation($0).fit.approximation.polynomials[0].coefficients[2]
        }
    }

    @Test func plansOfTheSameDegreeKeepTheirOwnPolynomials() throws {
        let one = try record(key: "a", coefficient: 0.25)
        let other = try record(key: "b", coefficient: 0.75, weights: Data([2]))
        #expect(try coefficients(of: one) == [0.25, 0.25, 0.25])
        #expect(try coefficients(of: other) == [0.75, 0.75, 0.75])
        #expect(one.refitsWeights)
        #expect(try store.weights(of: one.id) == Data([1]))
        #expect(try store.weights(of: other.id) == Data([2]))
    }

    @Test func samePlanTwiceChangesNothing() throws {
        let first = try record(key: "a", coefficient: 0.25)
        let digest = try store.digest()
        #expect(try record(key: "a", coefficient: 0.25) == first)
        #expect(try store.digest() == digest)
    }

    @Test func planMadeAgainWithOtherBitsIsReplacedAsAWhole() throws {
        let first = try record(key: "a", coefficient: 0.25)
        let second = try record(key: "a", coefficient: (0.25).nextUp, weights: Data([1]))
        #expect(second.approximations != first.approximations)
        #expect(try coefficients(of: second) == Array(repeating: (0.25).nextUp, count: 3))
        #expect(try store.plans(of: model.id).count == 1)
        #expect(try store.evaluations(of: .plan(second.id), model: model.id).count == 1)
        #expect(try store.check(predictionCount: Sample.predictionCount).isEmpty)
    }

    @Test func preparationIsEverythingThatTheJobWasMadeFrom() throws {
        func finish(_ seconds: Double) throws {
            let job = try work.claimOne()
            try store.finish(job) { writer throws(StoreError) in
                try writer.insert(
                    Timing(
                        seconds: seconds, provenance: Provenance(host: "h", threads: 1, version: "0", gitCommit: "c")))
            }
        }
        try store.enqueue([
            Sample.job("capture"), Sample.job("fit 1", after: [.init(on: "capture", .success)]),
            Sample.job("fit 2", after: [.init(on: "capture", .success)]),
            Sample.job("plan", after: [.init(on: "fit 1", .success), .init(on: "fit 2", .completion)]),
            Sample.job("evaluation", after: [.init(on: "plan", .success)]),
        ])
        for seconds in [8.0, 4, 2, 1] { try finish(seconds) }
        #expect(try store.secondsBehind(job: "plan") == 15)
        #expect(try store.secondsBehind(job: "fit 1") == 12)
        #expect(try store.secondsBehind(job: "nowhere") == nil)
    }
}
