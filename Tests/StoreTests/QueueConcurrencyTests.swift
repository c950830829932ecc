import Dispatch
import Foundation
import Store
import Synchronization
import Testing

@Suite struct QueueConcurrencyTests {
    /// Workers with connections of their own, as separate processes have, on the machine's clock.
    @Test func everyJobIsDoneOnceByWorkersThatCompete() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("centroid.db")
        let store = try Store.create(at: path)
        let jobs = (0..<200).map { Sample.job("job-\($0)") }
        try store.enqueue(jobs + [Sample.job("last", after: jobs.map { .init(on: $0.key, .success) })])
        let done = Mutex<[String]>([])
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 6) { index in
            do {
                let own = index < 3 ? store : try Store.open(at: path)
                let worker = WorkerID(rawValue: "worker-\(index)")
                while true {
                    let claimed = try own.claim(upTo: 1 + index % 4, as: worker, lease: .seconds(60))
                    if claimed.isEmpty {
                        if try own.jobCounts().isSettled { break }
                        continue
                    }
                    #expect(try own.heartbeat(claimed, lease: .seconds(60)).isEmpty)
                    for job in claimed {
                        try own.finish(job) { _ in done.withLock { $0.append(job.key) } }
                    }
                }
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
        let order = done.withLock { $0 }
        #expect(order.count == 201)
        #expect(Set(order).count == 201)
        #expect(order.last == "last")
        #expect(try store.jobCounts().counts == ["fit": [.done: 201]])
    }

    @Test func writerThatIsHeldUpReportsBusy() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("centroid.db")
        let holder = try Store.create(at: path)
        try holder.enqueue([Sample.job("a")])
        let job = try #require(try holder.claim(upTo: 1, as: "w", lease: .seconds(60)).first)
        let impatient = try Store.open(at: path, configuration: StoreConfiguration(busyTimeout: .milliseconds(20)))
        let outcome = Mutex<StoreError?>(nil)
        try holder.finish(job) { _ in
            // The transaction is open: another connection cannot write now.
            do throws(StoreError) {
                try impatient.enqueue([Sample.job("b")])
            } catch {
                outcome.withLock { $0 = error }
            }
        }
        #expect(outcome.withLock { $0 } == .busy(path: path))
        #expect(try impatient.enqueue([Sample.job("b")]).added == 1)
    }

    @Test func readerSeesTheStateBeforeAnOpenTransaction() throws {
        let work = try Workplace()
        try work.store.enqueue([Sample.job("a")])
        let job = try #require(try work.store.claim(upTo: 1, as: "w", lease: .seconds(60)).first)
        let reader = try work.open(.queryOnly)
        let seen = Mutex<JobState?>(nil)
        try work.store.finish(job) { _ in
            let state = try? reader.job(job.id).state
            seen.withLock { $0 = state }
        }
        #expect(seen.withLock { $0 } == .leased)
        #expect(try reader.job(job.id).state == .done)
    }
}
