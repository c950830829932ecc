import Foundation
import Logging
import Store
import Synchronization
import Testing
import Worker

@Suite struct WorkerPoolTests {
    private let folder: URL
    private let store: Store
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("centroid-worker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        store = try Store.create(at: folder.appendingPathComponent("test.db").path)
    }

    private func enqueue(_ count: Int, policy: RetryPolicy = RetryPolicy()) throws {
        try store.enqueue((0..<count).map { NewJob(kind: "probe", key: "probe/\($0)", payload: "{}", policy: policy) })
    }

    private func pool(workers: Int = 2, _ work: @escaping @Sendable (LeasedJob, JobCheckpoint) throws -> Void)
        -> WorkerPool
    {
        WorkerPool(
            store: store, handlers: [ProbeHandler(work: work)], settings: WorkerPool.Settings(workers: workers),
            logger: logger)
    }

    @Test func everyJobIsDoneOnce() throws {
        try enqueue(50)
        let seen = Mutex<[String]>([])
        try pool(workers: 4) { job, _ in seen.withLock { $0.append(job.key) } }.run()
        #expect(Set(seen.withLock { $0 }).count == 50)
        #expect(seen.withLock { $0 }.count == 50)
        #expect(try store.jobCounts()[.done] == 50)
    }

    @Test func failureForGoodIsNotTriedAgain() throws {
        try enqueue(3)
        let tries = Atomic(0)
        try pool { job, _ in
            tries.add(1, ordering: .relaxed)
            if job.key == "probe/1" { throw JobFailure("cannot be") }
        }.run()
        #expect(tries.load(ordering: .relaxed) == 3)
        let dead = try store.jobs(JobFilter(states: [.dead]))
        #expect(dead.map(\.key) == ["probe/1"])
        #expect(dead.first?.lastError == "cannot be")
    }

    @Test func otherFailureIsTriedAgainUntilItsAttemptsAreSpent() throws {
        struct Passing: Error {}
        try enqueue(1, policy: RetryPolicy(maximumAttempts: 3, backoff: .milliseconds(1)))
        let tries = Atomic(0)
        try pool { _, _ in
            tries.add(1, ordering: .relaxed)
            throw Passing()
        }.run()
        #expect(tries.load(ordering: .relaxed) == 3)
        #expect(try store.jobCounts()[.dead] == 1)
    }

    @Test func drainFinishesWhatRunsAndClaimsNothingMore() throws {
        try enqueue(20)
        let started = Atomic(0)
        let holder = Mutex<WorkerPool?>(nil)
        let pool = pool(workers: 1) { _, _ in
            started.add(1, ordering: .relaxed)
            holder.withLock { $0 }?.drain()
        }
        holder.withLock { $0 = pool }
        try pool.run()
        holder.withLock { $0 = nil }
        let counts = try store.jobCounts()
        #expect(started.load(ordering: .relaxed) == 1)
        #expect(counts[.done] == 1 && counts[.ready] == 19 && counts[.leased] == 0)
    }

    @Test func stopHandsRunningJobsBackUnharmed() throws {
        try enqueue(4)
        let holder = Mutex<WorkerPool?>(nil)
        let pool = pool(workers: 2) { _, checkpoint in
            holder.withLock { $0 }?.stop()
            try checkpoint(1)
        }
        holder.withLock { $0 = pool }
        try pool.run()
        holder.withLock { $0 = nil }
        let jobs = try store.jobs()
        #expect(jobs.allSatisfy { $0.state == .ready && $0.attemptsMade == 0 })
    }

    @Test func resultOfALostLeaseIsRefusedAndThePoolGoesOn() throws {
        try enqueue(3)
        let store = store
        try pool(workers: 1) { job, _ in
            // Somebody takes the job away while it runs.
            if job.key == "probe/0", job.token == 1 { try store.cancel(JobFilter(ids: [job.id])) }
        }.run()
        let counts = try store.jobCounts()
        #expect(counts[.done] == 2 && counts[.cancelled] == 1)
    }

    @Test func jobWithoutAHandlerStays() throws {
        try store.enqueue([
            NewJob(kind: "unknown", key: "u", payload: "{}"), NewJob(kind: "probe", key: "p", payload: "{}"),
        ])
        let pool = WorkerPool(
            store: store, handlers: [ProbeHandler { _, _ in }],
            settings: WorkerPool.Settings(workers: 1), logger: logger)
        try pool.run()
        #expect(try store.job(key: "u")?.state == .ready)
        #expect(try store.job(key: "p")?.state == .done)
    }
}

/// Does what a test says.
private struct ProbeHandler: JobHandler {
    let kind: JobKind = "probe"
    let work: @Sendable (LeasedJob, JobCheckpoint) throws -> Void

    func run(_ job: LeasedJob, checkpoint: @escaping JobCheckpoint) throws -> JobResult {
        try work(job, checkpoint)
        return JobResult { _ in }
    }
}
