import Store
import Testing

/// What the store knows of worker processes: their names, their leases, and the losses by their ends.
@Suite struct ProcessTests {
    private let work: Workplace
    private var store: Store { work.store }

    init() throws {
        work = try Workplace()
    }

    private func claim(_ owner: WorkerID = "w") throws -> LeasedJob {
        try #require(try store.claim(upTo: 1, as: owner, lease: .seconds(30)).first)
    }

    @Test func nameOfAProcessIsReadBack() {
        let process = WorkerProcessID(host: "node-1", space: "1a2b3c4d-4026531836", number: 4711, startedAt: 88_123)
        let name = WorkerID(process)
        #expect(name.rawValue == "node-1/4711@88123/1a2b3c4d-4026531836")
        #expect(name.process == process)
        #expect("\(name)" == "node-1/4711")
        #expect(WorkerID(rawValue: "node-1/4711/2").process == nil)
    }

    @Test func leasesComeInTheOrderOfClaims() throws {
        try store.enqueue([Sample.job("late"), Sample.job("first", priority: 2), Sample.job("second", priority: 2)])
        let claimed = try store.claim(upTo: 3, as: "w", lease: .seconds(30))
        #expect(try store.leases() == claimed)
        #expect(claimed.map(\.key) == ["first", "second", "late"])
    }

    @Test func lossThroughTheJobCountsEachTime() throws {
        try store.enqueue([Sample.job("a", policy: RetryPolicy(maximumLosses: 3))])
        #expect(try !store.lose(try claim(), error: "crash 1", cause: .job))
        #expect(try !store.lose(try claim(), error: "crash 2", cause: .job))
        #expect(try store.lose(try claim(), error: "crash 3", cause: .job))
        let job = try #require(try store.job(key: "a"))
        #expect(job.state == .dead && job.leasesLost == 3 && job.lastError == "crash 3")
        #expect(try store.attempts(of: job.id).map(\.error) == ["crash 1", "crash 2", "crash 3"])
    }

    @Test func lossByUnknownHandsCountsEveryTenthTime() throws {
        try store.enqueue([Sample.job("a", policy: RetryPolicy(maximumLosses: 2))])
        for loss in 1...19 {
            #expect(try !store.lose(try claim(), error: "killed", cause: .unknown))
            #expect(try store.job(key: "a")?.leasesLost == loss / Store.unknownLossesPerCount)
        }
        #expect(try store.lose(try claim(), error: "killed", cause: .unknown))
    }

    @Test func deadJobLetsThoseGoOnThatWaitedForItsEnd() throws {
        try store.enqueue([
            Sample.job("a", policy: RetryPolicy(maximumLosses: 1)),
            Sample.job("b", after: [.init(on: "a", .completion)]),
        ])
        #expect(try store.lose(try claim(), error: "crash", cause: .job))
        #expect(try store.states == ["a": .dead, "b": .ready])
    }

    @Test func leaseThatIsOverCannotBeLost() throws {
        try store.enqueue([Sample.job("a")])
        let job = try claim()
        try store.release([job])
        #expect(throws: StoreError.staleLease(job: job.id, token: job.token)) {
            try store.lose(job, error: "late", cause: .job)
        }
        #expect(try store.job(key: "a")?.state == .ready)
    }
}
