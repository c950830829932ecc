import Foundation
import Store
import Testing

@Suite struct JobProgressTests {
    private let work: Workplace
    private var store: Store { work.store }
    private let half = JobProgress(state: Data([1, 2, 3]), share: 0.5, seconds: 12.5)

    init() throws {
        work = try Workplace()
        try work.store.enqueue([
            Sample.job("long", policy: RetryPolicy(maximumAttempts: 2, backoff: .zero)),
            Sample.job("behind", after: [.init(on: "long", .success)]),
        ])
    }

    private func claim() throws -> LeasedJob {
        work.clock.advance(by: .seconds(1))
        return try work.claimOne()
    }

    @Test func whatWasSavedLastComesBack() throws {
        let job = try claim()
        #expect(try store.progress(of: job.id) == nil)
        try store.save(JobProgress(state: Data([9]), share: 0.1, seconds: 1), of: job)
        try store.save(half, of: job)
        #expect(try store.progress(of: job.id) == half)
        #expect(try store.job(job.id).progress == 0.5)
    }

    @Test func itStaysWhenAnAttemptFailsIsLostOrHandedBack() throws {
        var job = try claim()
        try store.save(half, of: job)
        try store.release([job])
        job = try claim()
        #expect(try store.progress(of: job.id) == half)
        try store.lose(job, error: "killed", cause: .unknown)
        job = try claim()
        #expect(try store.progress(of: job.id) == half)
        try store.fail(job, error: "broke", retryable: true)
        job = try claim()
        try store.fail(job, error: "broke", retryable: true)
        #expect(try store.job(job.id).state == .dead)
        try store.retry(JobFilter(ids: [job.id]))
        #expect(try store.progress(of: claim().id) == half)
    }

    @Test func itGoesWithTheEndOfTheJob() throws {
        let job = try claim()
        try store.save(half, of: job)
        try store.finish(job) { _ in }
        #expect(try store.progress(of: job.id) == nil)
    }

    @Test func itGoesWhenTheJobIsCancelled() throws {
        let job = try claim()
        try store.save(half, of: job)
        try store.cancel(JobFilter(ids: [job.id]))
        #expect(try store.progress(of: job.id) == nil)
    }

    @Test func itGoesWhenWhatItWasMadeFromIsMadeAgain() throws {
        let first = try claim()
        try store.finish(first) { _ in }
        let second = try claim()
        #expect(second.key == "behind")
        try store.save(half, of: second)
        try store.fail(second, error: "broke", retryable: false)
        try store.retry(JobFilter(ids: [first.id], states: [.done]))
        #expect(try store.progress(of: second.id) == nil)
    }

    @Test func staleSaveIsRefused() throws {
        let job = try claim()
        try store.release([job])
        #expect(throws: StoreError.staleLease(job: job.id, token: job.token)) { try store.save(half, of: job) }
        let next = try claim()
        #expect(throws: StoreError.staleLease(job: job.id, token: job.token)) { try store.save(half, of: job) }
        #expect(try store.progress(of: job.id) == nil)
        try store.finish(next) { _ in }
        #expect(throws: StoreError.staleLease(job: next.id, token: next.token)) { try store.save(half, of: next) }
    }

    @Test func aShareBeyondTheWholeIsRefused() throws {
        let job = try claim()
        #expect(throws: StoreError.self) {
            try store.save(JobProgress(state: Data(), share: 1.5, seconds: 0), of: job)
        }
    }

    @Test func aBackupHasItAndADigestDoesNot() throws {
        let before = try store.digest()
        let job = try claim()
        try store.save(half, of: job)
        #expect(try store.digest() == before)
        let copy = work.folder.file("copy.db")
        _ = try store.backup(to: copy)
        #expect(try Store.open(at: copy).progress(of: job.id) == half)
    }

    @Test func checkFindsAStateBehindTheEnd() throws {
        let job = try claim()
        try store.save(half, of: job)
        #expect(try store.check(predictionCount: Sample.predictionCount).isEmpty)
        try store.finish(job) { _ in }
        try store.close()
        try StoreCopy.alter(
            work.path, "INSERT INTO job_states VALUES (\(job.id), 0.5, 1, 0, x'00')")
        let reopened = try work.open()
        let findings = try reopened.check(predictionCount: Sample.predictionCount)
        #expect(findings.map(\.area) == [.queue])
        #expect(findings.first?.problem.contains("still kept") == true)
        // What the finding advises.
        try reopened.retry(JobFilter(ids: [job.id], states: [.done]))
        #expect(try reopened.check(predictionCount: Sample.predictionCount).isEmpty)
    }
}
