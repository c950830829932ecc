import Scheduler
import Store
import Testing

@Suite struct CheckTests {
    private let work: Workplace
    private let plan: PlanRecord

    init() throws {
        work = try Workplace(layers: 3)
        try Scheduler(work.store).enqueue(
            try work.request(degrees: [], fitters: [], networks: try work.networks([[2, 2, 2]])), for: work.model)
        try work.drain { _ in nil }
        plan = try work.store.plan(named: "guided degree 2", of: work.model.id)
    }

    private func wish(seed: UInt64 = 0) -> CheckJob {
        CheckJob(
            model: work.model.identity, plan: plan.key,
            images: ImageSelection(dataset: work.fingerprint, split: .validation, images: 8), mode: .clear, seed: seed,
            memoryLimit: 1 << 30)
    }

    @Test func theSameCheckTwiceIsOneJobAndAnotherSeedIsAnother() throws {
        let scheduler = Scheduler(work.store)
        let first = try scheduler.enqueue(wish(), of: plan)
        #expect(try scheduler.enqueue(wish(), of: plan) == first)
        #expect(try scheduler.enqueue(wish(seed: 1), of: plan) != first)
    }

    @Test func aDeadCheckGetsAnotherChanceAndADoneOneStaysDone() throws {
        let scheduler = Scheduler(work.store)
        let job = try scheduler.enqueue(wish(), of: plan)
        let leased = try #require(try work.store.claim(upTo: 1, as: "w", lease: .seconds(60)).first)
        try work.store.fail(leased, error: "broke", retryable: false)
        #expect(try work.store.job(job).state == .dead)
        try scheduler.enqueue(wish(), of: plan)
        #expect(try work.store.job(job).state == .ready)
        let again = try #require(try work.store.claim(upTo: 1, as: "w", lease: .seconds(60)).first)
        let found = NewCheck(
            model: work.model.id, plan: plan.id, key: try wish().checkKey(), mode: .clear,
            images: wish().images.evaluationImages, settings: "{}", report: "{}", run: "{}")
        try work.store.finish(again) { writer throws(StoreError) in try writer.insert(found) }
        try scheduler.enqueue(wish(), of: plan)
        #expect(try work.store.job(job).state == .done)
    }

    @Test func aDoneCheckWhoseResultIsGoneIsMadeAgain() throws {
        let scheduler = Scheduler(work.store)
        let job = try scheduler.enqueue(wish(), of: plan)
        let leased = try #require(try work.store.claim(upTo: 1, as: "w", lease: .seconds(60)).first)
        try work.store.finish(leased) { _ in }
        try scheduler.enqueue(wish(), of: plan)
        #expect(try work.store.job(job).state == .ready)
    }

    @Test func aPlanThatIsMadeAgainIsCheckedAgain() throws {
        let job = try Scheduler(work.store).enqueue(wish(), of: plan)
        try work.drain { _ in nil }
        try work.store.retry(JobFilter(states: [.done], kinds: [ReconstructJob.kind]))
        #expect(try work.store.job(job).state == .blocked)
    }
}
