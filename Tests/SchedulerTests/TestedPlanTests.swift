import Approx
import Scheduler
import Store
import Testing

/// The test figure of one plan, with what it needs of a sweep.
@Suite struct TestedPlanTests {
    private let work: Workplace
    private var scheduler: Scheduler { Scheduler(work.store) }

    init() throws {
        work = try Workplace(layers: 3)
    }

    private func kinds(_ sweep: SweepID) throws -> [JobKind: Int] {
        try work.store.jobCounts(JobFilter(sweep: sweep)).counts.mapValues { $0.values.reduce(0, +) }
    }

    @Test func aUniformPlanNeedsItsFitsAndNoComparisons() throws {
        let request = try work.request(degrees: [2], fitters: [.centroid])
        let sweep = try scheduler.enqueueTest(of: request, for: work.model)
        #expect(
            try kinds(sweep) == ["capture": 3, "fit": 3, "choose-plan": 1, "evaluate-original": 1, "evaluate-plan": 1])
        try work.drain { _ in nil }
        let key = try #require(try scheduler.testedPlan(of: request, for: work.model))
        let plan = try #require(try work.store.plan(key: key, of: work.model.id))
        #expect(plan.name == "centroid degree 2")
        let evaluations = try work.store.evaluations(of: .plan(plan.id), model: work.model.id)
        #expect(evaluations.map(\.split) == [.test])
    }

    @Test func jobsAreThoseOfTheWholeSweep() throws {
        let request = try work.request(degrees: [2], fitters: [], networks: try work.networks([[2, 2, 2]]))
        let sweep = try scheduler.enqueueTest(of: request, for: work.model)
        #expect(try kinds(sweep) == ["reconstruct": 1, "evaluate-original": 1, "evaluate-plan": 1])
        #expect(try scheduler.enqueueTest(of: request, for: work.model) == sweep)
        // What is there already is not made again.
        #expect(try scheduler.enqueue(request, for: work.model).outcome.added == 2)
    }

    @Test func noTestNoPlan() throws {
        let request = try work.request(degrees: [2], fitters: [.centroid], testImages: nil)
        #expect(try scheduler.testedPlan(of: request, for: work.model) == nil)
    }
}
