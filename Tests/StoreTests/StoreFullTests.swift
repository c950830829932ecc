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
}
