import Foundation
import Logging
import Store
import Synchronization
import Testing
import Worker

@Suite struct WorkerLoopTests {
    private let folder: ScratchFolder
    private let store: Store
    private let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    init() throws {
        folder = try ScratchFolder()
        store = try Store.create(at: folder.url.appendingPathComponent("test.db").path)
    }

    private func enqueue(_ count: Int, policy: RetryPolicy = RetryPolicy()) throws {
        try store.enqueue((0..<count).map { NewJob(kind: "probe", key: "probe/\($0)", payload: "{}", policy: policy) })
    }

    private func loop(_ work: @escaping @Sendable (LeasedJob, JobContext) throws -> Void) -> WorkerLoop {
        WorkerLoop(store: store, handlers: [ProbeHandler(work: work)], name: "test", logger: logger)
    }

    /// Works until nothing is left to do.
    private func finish(_ loop: WorkerLoop) throws {
        let store = store
        let watch = Thread {
            while (try? store.isSettled(nil, kinds: ["probe"])) != true { usleep(2000) }
            loop.drain()
        }
        watch.start()
        try loop.run()
    }

    @Test func everyJobIsDoneOnceByLoopsThatCompete() throws {
        try enqueue(50)
        let seen = Mutex<[String]>([])
        let loops = (0..<3).map { _ in loop { job, _ in seen.withLock { $0.append(job.key) } } }
        DispatchQueue.concurrentPerform(iterations: 3) { index in
            #expect(throws: Never.self) { try finish(loops[index]) }
        }
        #expect(Set(seen.withLock { $0 }).count == 50)
        #expect(seen.withLock { $0 }.count == 50)
        #expect(try store.jobCounts()[.done] == 50)
    }

    @Test func failureForGoodIsNotTriedAgain() throws {
        try enqueue(3)
        let tries = Atomic(0)
        try finish(
            loop { job, _ in
                tries.add(1, ordering: .relaxed)
                if job.key == "probe/1" { throw JobFailure("cannot be") }
            })
        #expect(tries.load(ordering: .relaxed) == 3)
        let dead = try store.jobs(JobFilter(states: [.dead]))
        #expect(dead.map(\.key) == ["probe/1"])
        #expect(dead.first?.lastError == "cannot be")
    }

    @Test func otherFailureIsTriedAgainUntilItsAttemptsAreSpent() throws {
        struct Passing: Error {}
        try enqueue(1, policy: RetryPolicy(maximumAttempts: 3, backoff: .milliseconds(1)))
        let tries = Atomic(0)
        try finish(
            loop { _, _ in
                tries.add(1, ordering: .relaxed)
                throw Passing()
            })
        #expect(tries.load(ordering: .relaxed) == 3)
        #expect(try store.jobCounts()[.dead] == 1)
    }

    @Test func busyStoreUnderAHandlerCostsNoAttempt() throws {
        try enqueue(1, policy: RetryPolicy(maximumAttempts: 1))
        let path = store.path
        try finish(loop { job, _ in if job.token < 3 { throw StoreError.busy(path: path) } })
        let job = try #require(try store.job(key: "probe/0"))
        #expect(job.state == .done && job.attemptsMade == 0)
        #expect(try store.attempts(of: job.id).map(\.outcome) == [.released, .released, .done])
    }

    @Test(arguments: [
        StoreError.database(code: 1, message: "no such thing"), .corrupt(path: "p", detail: "a page"),
        .inputOutput(path: "p", detail: "a sector"),
    ])
    func troubleOfOneJobWithTheStoreDoesNotKeepTheOthers(_ trouble: StoreError) throws {
        try enqueue(3, policy: RetryPolicy(maximumAttempts: 2, backoff: .milliseconds(1)))
        try finish(loop { job, _ in if job.key == "probe/0" { throw trouble } })
        let counts = try store.jobCounts()
        #expect(counts[.done] == 2 && counts[.dead] == 1)
        #expect(try store.job(key: "probe/0")?.attemptsMade == 2)
    }

    @Test func fullStoreEndsTheWorkerAndHarmsNoJob() throws {
        try enqueue(1)
        let full = StoreError.full(path: store.path)
        #expect(throws: full) { try loop { _, _ in throw full }.run() }
        #expect(try store.job(key: "probe/0")?.state == .ready)
        #expect(try store.job(key: "probe/0")?.attemptsMade == 0)
    }

    @Test func jobsAreAnnouncedBeforeTheyRun() throws {
        try enqueue(5)
        let events = Mutex<[String]>([])
        try finish(
            WorkerLoop(
                store: store,
                handlers: [ProbeHandler { job, _ in events.withLock { $0.append("run \(job.key)") } }], name: "test",
                logger: logger, announce: { job in events.withLock { $0.append("begin \(job.key)") } }))
        #expect(events.withLock { $0 } == (0..<5).flatMap { ["begin probe/\($0)", "run probe/\($0)"] })
    }

    @Test func drainFinishesWhatRunsAndClaimsNothingMore() throws {
        try enqueue(20)
        let started = Atomic(0)
        let holder = Mutex<WorkerLoop?>(nil)
        let loop = loop { _, _ in
            started.add(1, ordering: .relaxed)
            holder.withLock { $0 }?.drain()
        }
        holder.withLock { $0 = loop }
        try loop.run()
        holder.withLock { $0 = nil }
        let counts = try store.jobCounts()
        #expect(started.load(ordering: .relaxed) == 1)
        #expect(counts[.done] == 1 && counts[.ready] == 19 && counts[.leased] == 0)
    }

    @Test func stopHandsTheRunningJobBackUnharmed() throws {
        try enqueue(40)
        let holder = Mutex<WorkerLoop?>(nil)
        let loop = loop { job, context in
            guard job.key == "probe/30" else { return }
            // By now several are claimed at once: those behind this one go back too.
            holder.withLock { $0 }?.stop()
            try context.check(1)
        }
        holder.withLock { $0 = loop }
        try loop.run()
        holder.withLock { $0 = nil }
        let counts = try store.jobCounts()
        #expect(counts[.done] == 30 && counts[.ready] == 10)
        #expect(try store.jobs().allSatisfy { $0.attemptsMade == 0 && $0.leasesLost == 0 })
    }

    @Test func resultOfALostLeaseIsRefusedAndTheLoopGoesOn() throws {
        try enqueue(3)
        let store = store
        try finish(
            loop { job, _ in
                // Somebody takes the job away while it runs.
                if job.key == "probe/0", job.token == 1 { try store.cancel(JobFilter(ids: [job.id])) }
            })
        let counts = try store.jobCounts()
        #expect(counts[.done] == 2 && counts[.cancelled] == 1)
    }

    @Test func jobOverItsTimeFailsAtItsNextCheckpoint() throws {
        try store.enqueue([
            NewJob(
                kind: "probe", key: "p", payload: "{}", policy: RetryPolicy(maximumAttempts: 1),
                timeout: .milliseconds(1))
        ])
        try finish(loop { _, context in while true { try context.check(0) } })
        #expect(try store.job(key: "p")?.lastError?.contains("ran longer than its limit") == true)
    }

    @Test func nextAttemptGoesOnFromWhatWasSaved() throws {
        struct Passing: Error {}
        try enqueue(1, policy: RetryPolicy(backoff: .milliseconds(1)))
        let seen = Mutex<[Data?]>([])
        try finish(
            loop { job, context in
                let saved = try context.resume { $0 }
                seen.withLock { $0.append(saved) }
                guard saved == nil else { return }
                try context.save(progress: 0.5) { Data([7]) }
                throw Passing()
            })
        #expect(seen.withLock { $0 } == [nil, Data([7])])
        let job = try #require(try store.job(key: "probe/0"))
        #expect(job.state == .done)
        #expect(try store.progress(of: job.id) == nil)
    }

    @Test func savesThatFollowAtOnceAreSkipped() throws {
        try enqueue(1)
        let encoded = Atomic(0)
        let kept = Mutex<Data?>(nil)
        let store = store
        try finish(
            loop { job, context in
                for value in 0..<5 {
                    try context.save(progress: 0) {
                        encoded.add(1, ordering: .relaxed)
                        return Data([UInt8(value)])
                    }
                }
                let progress = try store.progress(of: job.id)
                kept.withLock { $0 = progress?.state }
            })
        #expect(encoded.load(ordering: .relaxed) == 1)
        #expect(kept.withLock { $0 } == Data([0]))
    }

    @Test func saveOfALostLeaseStopsTheJob() throws {
        try enqueue(1)
        let store = store
        let wentOn = Mutex(false)
        try finish(
            loop { job, context in
                try store.cancel(JobFilter(ids: [job.id]))
                try context.save(progress: 0.5) { Data([7]) }
                wentOn.withLock { $0 = true }
            })
        let job = try #require(try store.job(key: "probe/0"))
        #expect(job.state == .cancelled)
        #expect(wentOn.withLock { $0 } == false)
        #expect(try store.progress(of: job.id) == nil)
    }

    @Test func onlyAHeavyJobMayUseEveryCore() throws {
        try store.enqueue([
            NewJob(kind: "probe", key: "light", payload: "{}"),
            NewJob(kind: "probe", key: "heavy", payload: "{}", resourceClass: .heavy),
        ])
        let threads = Mutex<[String: Int]>([:])
        try finish(loop { job, context in threads.withLock { $0[job.key] = context.threads } })
        #expect(threads.withLock { $0 } == ["light": 1, "heavy": ProcessInfo.processInfo.activeProcessorCount])
    }

    @Test func jobWithoutAHandlerStays() throws {
        try store.enqueue([
            NewJob(kind: "unknown", key: "u", payload: "{}"), NewJob(kind: "probe", key: "p", payload: "{}"),
        ])
        try finish(loop { _, _ in })
        #expect(try store.job(key: "u")?.state == .ready)
        #expect(try store.job(key: "p")?.state == .done)
    }
}

/// Does what a test says.
private struct ProbeHandler: JobHandler {
    let kind: JobKind = "probe"
    let work: @Sendable (LeasedJob, JobContext) throws -> Void

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        try work(job, context)
        return JobResult { _ in }
    }
}
