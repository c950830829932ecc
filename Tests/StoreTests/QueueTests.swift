import Foundation
import Store
import Testing

/// What the queue promises, one fact at a time.
@Suite struct QueueTests {
    private let work: Workplace
    private var store: Store { work.store }
    private let lease = Duration.seconds(30)

    init() throws {
        work = try Workplace()
    }

    private func claimOne(as worker: WorkerID = "w") throws -> LeasedJob {
        try #require(try store.claim(upTo: 1, as: worker, lease: lease).first)
    }

    private func nothing(_ writer: ResultWriter) {}

    // MARK: Enqueue

    @Test func enqueueTwiceAddsNothing() throws {
        let jobs = [Sample.job("a"), Sample.job("b", after: [.init(on: "a", .success)])]
        #expect(try store.enqueue(jobs) == EnqueueOutcome(added: 2))
        #expect(try store.enqueue(jobs) == EnqueueOutcome(added: 0, known: [.ready: 1, .blocked: 1]))
        #expect(try store.jobCounts().total == 2)
    }

    @Test func oneKeyTwiceInOneCallIsOneJob() throws {
        #expect(try store.enqueue([Sample.job("a"), Sample.job("a")]) == EnqueueOutcome(added: 1, known: [.ready: 1]))
    }

    @Test func enqueueSaysWhatBecameOfKnownJobs() throws {
        try store.enqueue([Sample.job("a"), Sample.job("b"), Sample.job("c")])
        try store.finish(try claimOne(), writing: nothing)
        try store.fail(try claimOne(), error: "no", retryable: false)
        try store.cancel(JobFilter(states: [.ready]))
        let outcome = try store.enqueue([Sample.job("a"), Sample.job("b"), Sample.job("c"), Sample.job("d")])
        #expect(outcome == EnqueueOutcome(added: 1, known: [.done: 1, .dead: 1, .cancelled: 1]))
    }

    @Test func dependencyMayStandAfterItsDependent() throws {
        try store.enqueue([Sample.job("b", after: [.init(on: "a", .success)]), Sample.job("a")])
        #expect(try store.states == ["a": .ready, "b": .blocked])
    }

    @Test func unknownDependencyIsRefusedAndNothingIsAdded() throws {
        #expect(throws: StoreError.unknownDependency(job: "b", dependency: "x")) {
            try store.enqueue([Sample.job("a"), Sample.job("b", after: [.init(on: "x", .success)])])
        }
        #expect(try store.jobCounts().total == 0)
    }

    @Test func dependencyThatIsDoneDoesNotBlock() throws {
        try store.enqueue([Sample.job("a")])
        try store.finish(try claimOne(), writing: nothing)
        try store.enqueue([Sample.job("b", after: [.init(on: "a", .success)])])
        #expect(try store.states["b"] == .ready)
    }

    @Test(arguments: [(NewJob.Requirement.success, JobState.blocked), (.completion, .ready)])
    func dependencyThatIsDeadBlocksByItsRequirement(requirement: NewJob.Requirement, state: JobState) throws {
        try store.enqueue([Sample.job("a")])
        try store.fail(try claimOne(), error: "no", retryable: false)
        try store.enqueue([Sample.job("b", after: [.init(on: "a", requirement)])])
        #expect(try store.states["b"] == state)
    }

    @Test func strongerOfTwoRequirementsHolds() throws {
        let dependencies: [NewJob.Dependency] = [
            .init(on: "a", .success), .init(on: "a", .completion),
        ]
        try store.enqueue([Sample.job("a"), Sample.job("b", after: dependencies)])
        try store.enqueue([Sample.job("c", after: dependencies.reversed())])
        try store.fail(try claimOne(), error: "no", retryable: false)
        #expect(try store.states == ["a": .dead, "b": .blocked, "c": .blocked])
    }

    // MARK: Claim

    @Test func emptyQueueGivesNothing() throws {
        #expect(try store.claim(upTo: 4, as: "w", lease: lease).isEmpty)
        #expect(try store.claim(upTo: 0, as: "w", lease: lease).isEmpty)
    }

    @Test func highestPriorityComesFirstAndThenTheOldest() throws {
        try store.enqueue([
            Sample.job("a"), Sample.job("b", priority: 5), Sample.job("c", priority: -1), Sample.job("d", priority: 5),
        ])
        #expect(try store.claim(upTo: 3, as: "w", lease: lease).map(\.key) == ["b", "d", "a"])
        #expect(try store.claim(upTo: 3, as: "w", lease: lease).map(\.key) == ["c"])
    }

    @Test func claimCarriesOwnerTokenAndExpiry() throws {
        try store.enqueue([Sample.job("a")])
        let job = try claimOne(as: "host/1")
        #expect(job.owner == "host/1")
        #expect(job.token == 1)
        #expect(job.leaseExpiresAt == work.clock.now + lease)
        let record = try store.job(job.id)
        #expect(record.state == .leased)
        #expect(record.owner == "host/1")
        #expect(record.leaseExpiresAt == job.leaseExpiresAt)
    }

    @Test func claimWithinAScopeTakesAJobAndWhatItNeedsAndNothingElse() throws {
        try store.enqueue([
            Sample.job("other", priority: 100), Sample.job("first"),
            Sample.job("second", after: [.init(on: "first", .success)]),
            Sample.job("wanted", after: [.init(on: "second", .success)]),
        ])
        let scope = JobFilter(neededFor: try #require(try store.job(key: "wanted")).id)
        var claimed: [String] = []
        while let job = try store.claim(upTo: 1, as: "w", lease: lease, within: scope).first {
            claimed.append(job.key)
            try store.finish(job) { _ in }
        }
        #expect(claimed == ["first", "second", "wanted"])
        #expect(try store.job(key: "other")?.state == .ready)
    }

    @Test func claimWithinASweepLeavesTheJobsOfOthers() throws {
        let model = try store.addModel(Sample.model("lenet", onnx: Data([1]))).model
        try store.enqueue([Sample.job("other", priority: 100)])
        let (sweep, _) = try store.enqueue(
            NewSweep(model: model.id, key: "s", settings: "{}"), jobs: [Sample.job("mine")])
        let claimed = try store.claim(upTo: 9, as: "w", lease: lease, within: JobFilter(sweep: sweep))
        #expect(claimed.map(\.key) == ["mine"])
    }

    @Test func claimTakesOnlyKindsThatTheWorkerKnows() throws {
        try store.enqueue([Sample.job("a", kind: "check", priority: 9), Sample.job("b", kind: "fit")])
        #expect(try store.claim(upTo: 5, as: "w", lease: lease, kinds: ["fit", "capture"]).map(\.key) == ["b"])
        #expect(try store.claim(upTo: 5, as: "w", lease: lease, kinds: []).isEmpty)
        #expect(try store.claim(upTo: 5, as: "w", lease: lease).map(\.key) == ["a"])
    }

    @Test func leasedJobIsNotClaimedTwice() throws {
        try store.enqueue([Sample.job("a")])
        _ = try claimOne()
        #expect(try store.claim(upTo: 1, as: "other", lease: lease).isEmpty)
    }

    // MARK: Leases

    @Test func expiredLeaseIsClaimedAgainWithTheNextToken() throws {
        try store.enqueue([Sample.job("a")])
        let late = try claimOne(as: "first")
        work.clock.advance(by: lease)
        let job = try claimOne(as: "second")
        #expect(job.id == late.id)
        #expect(job.token == late.token + 1)
        #expect(job.leasesLost == 1)
        #expect(throws: StoreError.staleLease(job: late.id, token: late.token)) {
            try store.finish(late) { _ in Issue.record("a stale worker wrote") }
        }
        #expect(throws: StoreError.staleLease(job: late.id, token: late.token)) {
            try store.fail(late, error: "late", retryable: true)
        }
        #expect(try store.release([late]) == [late])
        #expect(try store.heartbeat([late, job], lease: lease) == [late])
        try store.finish(job, writing: nothing)
        #expect(try store.attempts(of: job.id).map(\.outcome) == [.lost, .done])
        #expect(try store.attempts(of: job.id).map(\.owner) == ["first", "second"])
    }

    @Test func lateFinishCountsAsLongAsNobodyElseHasTheJob() throws {
        try store.enqueue([Sample.job("a")])
        let job = try claimOne()
        work.clock.advance(by: lease * 10)
        try store.finish(job, writing: nothing)
        #expect(try store.job(job.id).state == .done)
    }

    @Test func heartbeatKeepsALease() throws {
        try store.enqueue([Sample.job("a")])
        let job = try claimOne()
        for _ in 0..<10 {
            work.clock.advance(by: lease / 3)
            #expect(try store.heartbeat([job], lease: lease).isEmpty)
            #expect(try store.claim(upTo: 1, as: "other", lease: lease).isEmpty)
        }
        work.clock.advance(by: lease)
        #expect(try store.claim(upTo: 1, as: "other", lease: lease).map(\.key) == ["a"])
    }

    @Test func jobThatLosesTooManyLeasesIsDead() throws {
        try store.enqueue([Sample.job("a", policy: RetryPolicy(maximumLosses: 2))])
        _ = try claimOne(as: "host/1")
        work.clock.advance(by: lease)
        let second = try claimOne(as: "host/2")
        work.clock.advance(by: lease)
        #expect(try store.claim(upTo: 1, as: "w", lease: lease).isEmpty)
        let record = try store.job(second.id)
        #expect(record.state == .dead)
        #expect(record.attemptsMade == 0)
        #expect(record.leasesLost == 2)
        #expect(record.lastError?.contains("host/2") == true)
    }

    @Test func clockThatJumpsBackDoesNotHoldJobs() throws {
        try store.enqueue([Sample.job("a"), Sample.job("b", policy: RetryPolicy(maximumBackoff: .seconds(60)))])
        let jobs = try store.claim(upTo: 2, as: "w", lease: lease)
        try store.fail(jobs[1], error: "no", retryable: true)
        work.clock.advance(by: .seconds(-3600))
        #expect(try store.claim(upTo: 5, as: "other", lease: lease).map(\.key) == ["a"])
        #expect(try store.claim(upTo: 5, as: "other", lease: lease).map(\.key) == ["b"])
    }

    @Test func smallStepOfTheClockBackTakesNoLeaseAway() throws {
        try store.enqueue([Sample.job("a")])
        _ = try claimOne()
        work.clock.advance(by: .seconds(-20))
        #expect(try store.claim(upTo: 1, as: "other", lease: lease).isEmpty)
    }

    @Test func releasedJobIsReadyAtOnceAndNoAttemptCounts() throws {
        try store.enqueue([Sample.job("a", policy: RetryPolicy(maximumAttempts: 1, maximumLosses: 1))])
        for token in 1...5 {
            let job = try claimOne()
            #expect(job.token == Int64(token))
            #expect(job.attemptsMade == 0)
            #expect(try store.release([job]).isEmpty)
        }
        #expect(try store.states == ["a": .ready])
    }

    @Test func jobThatLostALeaseIsClaimedByItself() throws {
        try store.enqueue(["a", "b", "c", "d"].map { Sample.job($0) })
        _ = try store.claim(upTo: 2, as: "gone", lease: lease)
        work.clock.advance(by: lease)
        #expect(try store.claim(upTo: 9, as: "w", lease: lease).map(\.key) == ["a"])
        #expect(try store.claim(upTo: 9, as: "w", lease: lease).map(\.key) == ["b"])
        #expect(try store.claim(upTo: 9, as: "w", lease: lease).map(\.key) == ["c", "d"])
    }

    // MARK: Failure

    @Test func failureWaitsLongerEachTimeAndEndsDead() throws {
        let policy = RetryPolicy(maximumAttempts: 3, backoff: .seconds(1), maximumBackoff: .seconds(60))
        try store.enqueue([Sample.job("a", policy: policy)])
        for failure in 1...2 {
            let job = try claimOne()
            #expect(job.attemptsMade == failure - 1)
            let wait = policy.delay(ofJob: job.id, afterFailure: failure)
            #expect(try store.fail(job, error: "broke", retryable: true) == work.clock.now + wait)
            work.clock.advance(by: wait - .milliseconds(1))
            #expect(try store.claim(upTo: 1, as: "w", lease: lease).isEmpty)
            work.clock.advance(by: .milliseconds(1))
        }
        let last = try claimOne()
        #expect(try store.fail(last, error: "broke for good", retryable: true) == nil)
        let record = try store.job(last.id)
        #expect(record.state == .dead)
        #expect(record.lastError == "broke for good")
        #expect(try store.attempts(of: last.id).map(\.error) == ["broke", "broke", "broke for good"])
    }

    @Test func failureThatMustRepeatIsDeadAtOnce() throws {
        try store.enqueue([Sample.job("a")])
        #expect(try store.fail(try claimOne(), error: "coincident centroids", retryable: false) == nil)
        #expect(try store.states == ["a": .dead])
    }

    // MARK: Resource classes

    @Test func heavyJobRunsAlone() throws {
        try store.enqueue([
            Sample.job("light-1", priority: 9), Sample.job("heavy", priority: 5, resourceClass: .heavy),
            Sample.job("light-2"),
        ])
        let light = try store.claim(upTo: 9, as: "w", lease: lease)
        #expect(light.map(\.key) == ["light-1"])
        #expect(try store.claim(upTo: 9, as: "w", lease: lease).isEmpty, "nothing overtakes a heavy job that waits")
        try store.finish(try #require(light.first), writing: nothing)
        let heavy = try store.claim(upTo: 9, as: "w", lease: lease)
        #expect(heavy.map(\.key) == ["heavy"])
        #expect(try store.claim(upTo: 9, as: "w", lease: lease).isEmpty, "nothing runs beside it")
        try store.finish(try #require(heavy.first), writing: nothing)
        #expect(try store.claim(upTo: 9, as: "w", lease: lease).map(\.key) == ["light-2"])
    }

    // MARK: Finish

    @Test func errorWhileWritingResultsUndoesTheEnd() throws {
        try store.enqueue([Sample.job("a"), Sample.job("b", after: [.init(on: "a", .success)])])
        let job = try claimOne()
        #expect(throws: StoreError.invalid("no such thing")) {
            try store.finish(job) { writer throws(StoreError) in
                try writer.enqueue([Sample.job("c")])
                throw .invalid("no such thing")
            }
        }
        #expect(try store.states == ["a": .leased, "b": .blocked])
        try store.finish(job, writing: nothing)
        #expect(try store.states == ["a": .done, "b": .ready])
    }

    @Test func jobCanAddJobsWithItsEnd() throws {
        try store.enqueue([Sample.job("a")])
        try store.finish(try claimOne()) { writer throws(StoreError) in
            try writer.enqueue([Sample.job("b", after: [.init(on: "a", .success)])])
        }
        #expect(try store.states == ["a": .done, "b": .ready])
    }
}
