import Foundation
import Store
import Testing

@Suite struct StoreFullTests {
    @Test func fullStoreSaysSoAndLosesNothing() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("centroid.db")
        try Store.create(at: path).close()
        let small = try Store.open(at: path, configuration: StoreConfiguration(maximumPageCount: 120))
        var enqueued = 0
        let error = try #require(throws: StoreError.self) {
            for batch in 0..<1000 {
                try small.enqueue((0..<50).map { Sample.job("job-\(batch)-\($0)") })
                enqueued += 50
            }
        }
        #expect(error == .full(path: path))
        #expect(error.description.contains("no room"))
        #expect(enqueued > 0)
        #expect(try small.jobCounts().total == enqueued)
        try small.close()
        let store = try Store.open(at: path)
        #expect(try store.enqueue([Sample.job("after")]).added == 1)
        #expect(try store.jobCounts().total == enqueued + 1)
    }

    @Test func resultsThatDoNotFitLeaveTheJobLeased() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("centroid.db")
        let store = try Store.create(at: path)
        let model = try store.addModel(Sample.model()).model
        let layer = try #require(try store.layers(of: model.id).first)
        try store.enqueue([Sample.job("a")])
        try store.close()
        let small = try Store.open(at: path, configuration: StoreConfiguration(maximumPageCount: 100))
        let job = try #require(try small.claim(upTo: 1, as: "w", lease: .seconds(60)).first)
        let shard = Shard(
            layer: layer.id, dataset: Sample.fingerprint, split: .calibration, range: 0..<500,
            statistics: Data(repeating: 7, count: 1_000_000))
        #expect(throws: StoreError.full(path: path)) {
            try small.finish(job) { writer throws(StoreError) in try writer.insert(shard) }
        }
        #expect(try small.job(job.id).state == .leased)
        #expect(try small.attempts(of: job.id).isEmpty)
        try small.close()
        let large = try Store.open(at: path)
        try large.finish(job) { writer throws(StoreError) in try writer.insert(shard) }
        #expect(try large.job(job.id).state == .done)
        #expect(try large.shardRanges(of: layer.id, dataset: Sample.fingerprint, split: .calibration) == [0..<500])
    }

    /// The results of the first job fit and those of the second do not: neither is done, and both can be done later.
    @Test func batchThatFillsTheStoreHalfwayEndsNoneOfItsJobs() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("centroid.db")
        let store = try Store.create(at: path)
        let model = try store.addModel(Sample.model()).model
        let layer = try #require(try store.layers(of: model.id).first)
        try store.enqueue([Sample.job("a"), Sample.job("b"), Sample.job("c", after: [.init(on: "a", .success)])])
        try store.close()
        func write(_ job: LeasedJob, _ writer: ResultWriter) throws(StoreError) {
            try writer.insert(
                Shard(
                    layer: layer.id, dataset: Sample.fingerprint, split: .calibration,
                    range: job.key == "a" ? 0..<500 : 500..<1000, statistics: Data(repeating: 7, count: 300_000)))
        }
        let small = try Store.open(at: path, configuration: StoreConfiguration(maximumPageCount: 180))
        let jobs = try small.claim(upTo: 2, as: "w", lease: .seconds(60))
        #expect(jobs.map(\.key) == ["a", "b"])
        #expect(throws: StoreError.full(path: path)) { try small.finish(jobs, writing: write) }
        #expect(try small.states == ["a": .leased, "b": .leased, "c": .blocked])
        #expect(try small.shardRanges(of: layer.id, dataset: Sample.fingerprint, split: .calibration).isEmpty)
        try small.close()
        #expect(try Store.check(at: path) { $0.count } == [])
        let large = try Store.open(at: path)
        #expect(try large.finish(jobs, writing: write) == [])
        #expect(try large.states == ["a": .done, "b": .done, "c": .ready])
    }
}
