import Store
import Testing

/// What jobs that need each other do when one of them ends, and when the user intervenes.
@Suite struct DependencyTests {
    private let work: Workplace
    private var store: Store { work.store }

    init() throws {
        work = try Workplace()
    }

    @Test func dependentIsReadyWhenAllItNeedsIsDone() throws {
        try store.enqueue([
            Sample.job("a"), Sample.job("b"),
            Sample.job("c", after: [.init(on: "a", .success), .init(on: "b", .success)]),
        ])
        try store.finish(try work.claimOne()) { _ in }
        #expect(try store.states["c"] == .blocked)
        try store.finish(try work.claimOne()) { _ in }
        #expect(try store.states["c"] == .ready)
    }

    @Test func deadJobBlocksWhatNeedsItAndFreesWhatWaitsForItsEnd() throws {
        try store.enqueue([
            Sample.job("a"), Sample.job("hard", after: [.init(on: "a", .success)]),
            Sample.job("soft", after: [.init(on: "a", .completion)]),
        ])
        let job = try work.claimOne()
        try store.fail(job, error: "no", retryable: false)
        #expect(try store.states == ["a": .dead, "hard": .blocked, "soft": .ready])
        let hard = try #require(try store.job(key: "hard"))
        let blocker = try #require(try store.blockers(of: hard.id).first)
        #expect(blocker.key == "a")
        #expect(blocker.state == .dead)
        #expect(blocker.needsRetry)
        try store.finish(try work.claimOne()) { _ in }
        #expect(try store.jobCounts().isSettled)
    }

    @Test func whoeverCanDoWithoutSuccessFreesAJobThatIsThere() throws {
        try store.enqueue([
            Sample.job("a"), Sample.job("b"), Sample.job("hard", after: [.init(on: "a", .success)]),
            Sample.job("harder", after: [.init(on: "a", .success), .init(on: "b", .success)]),
        ])
        try store.fail(try work.claimOne(), error: "no", retryable: false)
        #expect(try store.states == ["a": .dead, "b": .ready, "hard": .blocked, "harder": .blocked])
        try store.enqueue([
            Sample.job("hard", after: [.init(on: "a", .completion)]),
            Sample.job("harder", after: [.init(on: "a", .completion), .init(on: "b", .success)]),
        ])
        #expect(try store.states == ["a": .dead, "b": .ready, "hard": .ready, "harder": .blocked])
        try store.enqueue([Sample.job("hard", after: [.init(on: "a", .success)])])
        #expect(try store.states["hard"] == .ready)
    }

    /// However far the job has come: what it needs may be made again, and fail then.
    @Test func aDoneJobCanDoWithoutSuccessLater() throws {
        try store.enqueue([Sample.job("a"), Sample.job("b", after: [.init(on: "a", .success)])])
        for _ in 1...2 { try store.finish(try work.claimOne()) { _ in } }
        try store.enqueue([
            Sample.job("b", after: [.init(on: "a", .completion)]),
            Sample.job("c", after: [.init(on: "b", .completion)]),
        ])
        let a = try #require(try store.job(key: "a"))
        #expect(try store.retry(JobFilter(ids: [a.id], states: [.done])) == 1)
        #expect(try store.states == ["a": .ready, "b": .blocked, "c": .blocked])
        try store.fail(try work.claimOne(), error: "no", retryable: false)
        #expect(try store.states == ["a": .dead, "b": .ready, "c": .blocked])
    }

    @Test func theSameJobsTwiceChangeNothing() throws {
        let jobs = [
            Sample.job("a"), Sample.job("b", after: [.init(on: "a", .success), .init(on: "a", .completion)]),
            Sample.job("b", after: [.init(on: "a", .completion)]),
        ]
        try store.enqueue(jobs)
        try store.enqueue(Array(jobs.prefix(2)))
        try store.fail(try work.claimOne(), error: "no", retryable: false)
        #expect(try store.states == ["a": .dead, "b": .blocked])
    }

    @Test func cancelledJobCountsAsEndedAndItsWorkerIsRefused() throws {
        try store.enqueue([
            Sample.job("a"), Sample.job("hard", after: [.init(on: "a", .success)]),
            Sample.job("soft", after: [.init(on: "a", .completion)]),
        ])
        let job = try work.claimOne()
        #expect(try store.cancel(JobFilter(ids: [job.id])) == 1)
        #expect(try store.states == ["a": .cancelled, "hard": .blocked, "soft": .ready])
        #expect(throws: StoreError.staleLease(job: job.id, token: job.token)) {
            try store.finish(job) { _ in }
        }
        #expect(try store.attempts(of: job.id).map(\.outcome) == [.cancelled])
        #expect(try store.cancel(JobFilter(ids: [job.id])) == 0)
    }

    @Test func finishedJobCannotBeCancelled() throws {
        try store.enqueue([Sample.job("a")])
        try store.finish(try work.claimOne()) { _ in }
        #expect(try store.cancel(JobFilter()) == 0)
        #expect(try store.states == ["a": .done])
    }

    // MARK: Retry

    @Test func retryGivesAllAttemptsAgainAndKeepsTheRecord() throws {
        try store.enqueue([Sample.job("a", policy: RetryPolicy(maximumAttempts: 2, backoff: .zero))])
        for _ in 1...2 {
            try store.fail(try work.claimOne(), error: "broke", retryable: true)
        }
        #expect(try store.states == ["a": .dead])
        #expect(try store.retry(JobFilter(states: [.dead])) == 1)
        let job = try work.claimOne()
        #expect(job.attemptsMade == 0)
        #expect(job.token == 3)
        #expect(try store.attempts(of: job.id).count == 2)
        #expect(try store.retry(JobFilter()) == 0)
    }

    @Test func retryTakesBackWhatWasMadeWithoutTheJob() throws {
        try store.enqueue([
            Sample.job("fit"), Sample.job("evaluate", after: [.init(on: "fit", .completion)]),
            Sample.job("choose", after: [.init(on: "evaluate", .success)]),
            Sample.job("measure", after: [.init(on: "choose", .success)]),
            Sample.job("report", after: [.init(on: "fit", .completion)]),
            Sample.job("other"),
        ])
        try store.fail(try work.claimOne(), error: "no", retryable: false)
        try store.finish(try work.claimOne()) { _ in }
        let held = try work.claimOne()
        #expect(
            try store.states == [
                "fit": .dead, "evaluate": .done, "choose": .leased, "measure": .blocked, "report": .ready,
                "other": .ready,
            ])
        try store.retry(JobFilter(states: [.dead]))
        #expect(
            try store.states == [
                "fit": .ready, "evaluate": .blocked, "choose": .blocked, "measure": .blocked, "report": .blocked,
                "other": .ready,
            ])
        #expect(held.key == "choose")
        #expect(throws: StoreError.staleLease(job: held.id, token: held.token)) {
            try store.finish(held) { _ in }
        }
        var order: [String] = []
        while let job = try store.claim(upTo: 1, as: "w", lease: .seconds(30)).first {
            order.append(job.key)
            try store.finish(job) { _ in }
        }
        #expect(order == ["fit", "evaluate", "choose", "measure", "report", "other"])
    }

    @Test func retryLeavesAloneWhatOnlyADeadJobLinks() throws {
        try store.enqueue([
            Sample.job("a"), Sample.job("b", after: [.init(on: "a", .completion)]),
            Sample.job("c", after: [.init(on: "b", .completion)]),
        ])
        try store.fail(try work.claimOne(), error: "no", retryable: false)
        try store.fail(try work.claimOne(), error: "no", retryable: false)
        try store.finish(try work.claimOne()) { _ in }
        let first = try #require(try store.job(key: "a"))
        try store.retry(JobFilter(ids: [first.id]))
        #expect(try store.states == ["a": .ready, "b": .dead, "c": .done])
    }

    @Test func retryOfAJobWhoseDependencyIsStillDeadWaits() throws {
        try store.enqueue([Sample.job("a"), Sample.job("b", after: [.init(on: "a", .success)])])
        try store.fail(try work.claimOne(), error: "no", retryable: false)
        let blocked = try #require(try store.job(key: "b"))
        try store.cancel(JobFilter(ids: [blocked.id]))
        try store.retry(JobFilter(ids: [blocked.id]))
        #expect(try store.states == ["a": .dead, "b": .blocked])
        try store.retry(JobFilter(states: [.dead]))
        #expect(try store.states == ["a": .ready, "b": .blocked])
    }
}
