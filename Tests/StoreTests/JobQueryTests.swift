import Store
import Testing

/// What people see of the queue.
@Suite struct JobQueryTests {
    private let work: Workplace
    private var store: Store { work.store }

    init() throws {
        work = try Workplace()
    }

    @Test func countsFollowEveryChange() throws {
        let before = try store.changeCount()
        try store.enqueue([Sample.job("a", kind: "capture"), Sample.job("b"), Sample.job("c")])
        let enqueued = try store.changeCount()
        #expect(enqueued != before)
        try store.finish(try work.claimOne()) { _ in }
        #expect(try store.changeCount() != enqueued)
        let counts = try store.jobCounts()
        #expect(counts.counts == ["capture": [.done: 1], "fit": [.ready: 2]])
        #expect(counts[.ready] == 2)
        #expect(counts.total == 3)
        #expect(!counts.isSettled)
        #expect(try store.jobCounts(JobFilter()) == counts)
        #expect(try store.jobCounts(JobFilter(kinds: ["fit"])).counts == ["fit": [.ready: 2]])
    }

    @Test func jobsAreListedByFilterAndInPages() throws {
        try store.enqueue((1...5).map { Sample.job("job-\($0)") })
        let job = try work.claimOne()
        try store.fail(job, error: "no", retryable: false)
        #expect(try store.jobs(JobFilter(states: [.dead])).map(\.key) == ["job-1"])
        let page = try store.jobs(limit: 2)
        #expect(page.map(\.key) == ["job-1", "job-2"])
        #expect(try store.jobs(limit: 2, after: page.last?.id).map(\.key) == ["job-3", "job-4"])
        #expect(try store.jobs(JobFilter(states: [])).isEmpty)
        #expect(throws: StoreError.unknown(kind: "job", name: "77", known: [])) { try store.job(JobID(77)) }
    }

    @Test func sweepsShareJobs() throws {
        let model = try store.addModel(Sample.model()).model
        let first = NewSweep(model: model.id, key: "s1", settings: "{}")
        let jobs = [Sample.job("a"), Sample.job("b")]
        let one = try store.enqueue(first, jobs: jobs)
        #expect(try store.enqueue(first, jobs: jobs).sweep == one.sweep)
        let two = try store.enqueue(
            NewSweep(model: model.id, key: "s2", settings: "{}"), jobs: [Sample.job("b"), Sample.job("c")])
        #expect(two.outcome == EnqueueOutcome(added: 1, known: [.ready: 1]))
        #expect(try store.jobs(JobFilter(sweep: two.sweep)).map(\.key) == ["b", "c"])
        #expect(try store.jobCounts(JobFilter(sweep: one.sweep)).total == 2)
        #expect(try store.sweeps(of: model.id).map(\.key) == ["s2", "s1"])
    }
}
