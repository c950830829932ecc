import Approx
import Foundation
import Logging
import Network
import Scheduler
import Store
import Testing
import Worker

/// The guided method as a job, on the built-in digits and the network that the project ships.
@Suite struct ReconstructionTests {
    private let digits: DigitsStore
    private var store: Store { digits.store }
    private var model: ModelRecord { digits.model }

    init() throws {
        digits = try DigitsStore()
    }

    @Test func planEvaluatesAsTheRefittedNetworkDoes() throws {
        try Scheduler(store).enqueue(try digits.guided(degree: 3), for: model)
        try digits.work()
        #expect(try store.jobs(JobFilter(states: [.dead])).map(\.lastError) == [])
        let plan = try store.plan(named: "guided degree 3", of: model.id)
        #expect(plan.method == "guided")
        #expect(plan.levels == 2 * digits.graph.sites.count)
        for word in [#""images":300"#, #""seed":0"#, #""rows":2048"#, #""escaped":[0,0,0,0]"#, #""linearError":"#] {
            #expect(plan.settings.contains(word), "\(word) in \(plan.settings)")
        }
        let guided = GuidedReconstruction(
            digits.graph, settings: try #require(digits.guided(degree: 3).networks?.wishes[0].guided), threads: 1,
            memory: 1 << 30, directory: digits.folder)
        try guided.run(
            digits.dataset.images(of: .calibration), Array(0..<300), preprocessing: digits.preprocessing,
            fitted: { _ in })
        let validation = try digits.dataset.images(of: .validation)
        let runner = try NetworkRunner(graph: digits.graph, preprocessing: digits.preprocessing)
        let original = try runner.predict(validation, 0..<200) { _ in }
        let wanted = try NetworkRunner(graph: guided.refitted, preprocessing: digits.preprocessing)
            .evaluate(plan: guided.approximations, validation, 0..<200, original: original) { _ in }
        let found = try #require(try store.evaluations(of: .plan(plan.id), model: model.id).first)
        #expect(try Predictions(decoding: store.predictions(of: found.id)) == wanted.predictions)
        #expect(found.correct == wanted.correct && found.escaped == wanted.escaped)
        #expect(found.outsideShares == wanted.outsideShare)
        // The polynomials alone, in the original network, are something else.
        let mixed = try runner.evaluate(
            plan: guided.approximations, validation, 0..<200, original: original
        ) { _ in }
        #expect(mixed.outsideShare != wanted.outsideShare)
        #expect(try store.check { try Predictions(decoding: $0).count }.isEmpty)
        #expect(try store.secondsBehind(job: "reconstruct/\(plan.key)") != nil)
    }

    @Test func storeOfAnInterruptedSweepHasTheDigestOfAnUndisturbedOne() throws {
        try Scheduler(store).enqueue(try digits.guided(degree: 2), for: model)
        try digits.work()
        let interrupted = try DigitsStore("two.db")
        let other = interrupted.store
        try Scheduler(other).enqueue(try interrupted.guided(degree: 2), for: interrupted.model)
        try interrupted.work(interrupting: ReconstructJob.kind)
        let job = try #require(try other.jobs(JobFilter(kinds: [ReconstructJob.kind])).first)
        #expect(try other.attempts(of: job.id).map(\.outcome) == [.released, .done])
        #expect(try other.progress(of: job.id) == nil)
        #expect(try other.digest() == store.digest())
    }

    @Test func aStateThatCannotBeReadIsNoReasonToFail() throws {
        try Scheduler(store).enqueue(try digits.guided(degree: 2), for: model)
        let first = try #require(
            try store.claim(upTo: 1, as: "w", lease: .seconds(60), kinds: [ReconstructJob.kind]).first)
        try store.save(JobProgress(state: Data([1, 2, 3]), share: 0.5, seconds: 1), of: first)
        try store.release([first])
        try digits.work()
        #expect(try store.job(first.id).state == .done)
    }
}
