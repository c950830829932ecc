import Approx
import Dispatch
import Foundation
import Store
import Synchronization
import Testing

/// Faults that must cost nothing but time.
@Suite struct StoreFaultTests {
    @Test func stormOfWritersThatDoNotWaitLosesNothing() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("centroid.db")
        let store = try Store.create(at: path)
        try store.enqueue((0..<300).map { Sample.job("job-\($0)") })
        let done = Mutex<[String]>([])
        let refusals = Mutex(0)
        let failures = Mutex<[String]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { index in
            do {
                let impatient = try Store.open(
                    at: path, configuration: StoreConfiguration(busyTimeout: .milliseconds(1), readers: 1))
                while try work(on: impatient, as: WorkerID(rawValue: "w\(index)"), done: done, refusals: refusals) {}
            } catch {
                failures.withLock { $0.append("\(error)") }
            }
        }
        #expect(failures.withLock { $0 } == [])
        #expect(done.withLock { $0.count } == 300)
        #expect(Set(done.withLock { $0 }).count == 300)
        #expect(try store.jobCounts().counts == ["fit": [.done: 300]])
        try store.close()
        #expect(try Store.check(at: path, predictionCount: Sample.predictionCount) == [])
    }

    /// Claims and ends a few jobs, trying again whenever the store is held by others.
    ///
    /// - Returns: Whether anything is left.
    private func work(
        on store: Store, as worker: WorkerID, done: borrowing Mutex<[String]>, refusals: borrowing Mutex<Int>
    ) throws -> Bool {
        func patiently<Result>(_ body: () throws -> Result) throws -> Result {
            while true {
                do { return try body() } catch StoreError.busy { refusals.withLock { $0 += 1 } }
            }
        }
        let jobs = try patiently { try store.claim(upTo: 4, as: worker, lease: .seconds(300)) }
        for job in jobs {
            try patiently { try store.finish(job) { _ in } }
            done.withLock { $0.append(job.key) }
        }
        return try !jobs.isEmpty || !patiently { try store.jobCounts() }.isSettled
    }

    @Test func missingShardIsNamedAndComesBackByRetryingTheCapture() throws {
        let work = try Workplace()
        try work.store.recordResults()
        let digest = try work.store.digest()
        try work.store.close()
        try StoreCopy.alter(work.path, "DELETE FROM shards WHERE id = 2")
        let store = try work.open()
        let model = try store.model(named: "lenet")
        let layer = try store.layers(of: model.id)[1]
        let error = try #require(throws: StoreError.self) {
            try store.shards(of: layer.id, dataset: Sample.fingerprint, split: .calibration, ranges: [0..<500])
        }
        #expect(error == .missingShard(model: "lenet", layer: "relu1", images: "calibration images 0..<500"))
        #expect(error.description.contains("centroid retry --state done --kind capture --model lenet"))
        let capture = try #require(try store.job(key: "capture lenet 0..<500"))
        #expect(try store.retry(JobFilter(ids: [capture.id])) == 0)
        #expect(try store.retry(JobFilter(ids: [capture.id], states: [.done])) == 1)
        let job = try #require(try store.claim(upTo: 1, as: "w", lease: .seconds(60)).first)
        let layers = try store.layers(of: model.id)
        try store.finish(job) { writer throws(StoreError) in
            for layer in layers {
                try writer.insert(
                    Shard(
                        layer: layer.id, dataset: Sample.fingerprint, split: .calibration, range: 0..<500,
                        statistics: Sample.statistics(channels: layer.channels, shift: Float(layer.position)).encoded())
                )
            }
        }
        #expect(try store.digest() == digest)
        #expect(try Store.check(at: work.path, predictionCount: Sample.predictionCount) == [])
    }

    @Test func redoneJobTakesBackWhatWasMadeFromIt() throws {
        let work = try Workplace()
        let store = work.store
        try store.enqueue([
            Sample.job("capture"), Sample.job("fit", after: [.init(on: "capture", .success)]),
            Sample.job("evaluate", after: [.init(on: "fit", .completion)]), Sample.job("other"),
        ])
        while let job = try store.claim(upTo: 1, as: "w", lease: .seconds(60)).first {
            try store.finish(job) { _ in }
        }
        let capture = try #require(try store.job(key: "capture"))
        #expect(try store.retry(JobFilter(ids: [capture.id], states: [.done])) == 1)
        #expect(
            try store.states == ["capture": .ready, "fit": .blocked, "evaluate": .blocked, "other": .done])
        var order: [String] = []
        while let job = try store.claim(upTo: 1, as: "w", lease: .seconds(60)).first {
            order.append(job.key)
            try store.finish(job) { _ in }
        }
        #expect(order == ["capture", "fit", "evaluate"])
        #expect(try store.attempts(of: capture.id).map(\.outcome) == [.done, .done])
    }
}
