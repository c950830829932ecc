import Foundation
import GRDB
import Store
import Testing

/// How large the write-ahead log grows, and what is left of a store when it is lost.
@Suite struct WriteAheadLogTests {
    private let work: Workplace
    private var log: String { work.path + "-wal" }
    private let mebibyte = 1 << 20

    init() throws {
        work = try Workplace()
    }

    private var logSize: Int {
        (try? FileManager.default.attributesOfItem(atPath: log)[.size] as? Int) ?? 0
    }

    /// Writes about half a mebibyte in one transaction.
    private func write(_ number: Int) throws {
        let payload = "\"" + String(repeating: "x", count: 500_000) + "\""
        var job = Sample.job("large \(number)")
        job.payload = payload
        try work.store.enqueue([job])
    }

    @Test func logStaysSmallBesideAReaderThatLooksAgainAndAgain() throws {
        let reader = try work.open(.queryOnly)
        var largest = 0
        for number in 0..<100 {
            try write(number)
            _ = try reader.jobCounts()
            largest = max(largest, logSize)
        }
        #expect(largest < 8 * mebibyte)
    }

    @Test func logThatGrewBesideALongReaderIsGivenBack() throws {
        let reader = try DatabaseQueue(path: work.path)
        try reader.inDatabase { database in
            try database.execute(sql: "BEGIN")
            _ = try Int.fetchOne(database, sql: "SELECT count(*) FROM jobs")
            for number in 0..<60 { try write(number) }
            #expect(logSize > StoreConfiguration.logLimit)
            try database.execute(sql: "COMMIT")
        }
        // The first write copies the log into the file, the second begins it anew.
        for number in 60..<70 { try write(number) }
        #expect(logSize <= StoreConfiguration.logLimit)
        try reader.close()
    }

    @Test func lastOneToCloseLeavesNoLog() throws {
        try write(0)
        #expect(logSize > 0)
        let second = try work.open()
        try work.store.close()
        try second.close()
        #expect(try work.folder.contents == ["centroid.db"])
    }

    /// Every step is one transaction, so the jobs that are there say how many survived.
    private func makeHistory(steps: Int) throws {
        for step in 0..<steps {
            try work.store.enqueue([Sample.job("job-\(step)")])
            if step.isMultiple(of: 3) {
                for job in try work.store.claim(upTo: 1, as: "w", lease: .seconds(60)) {
                    try work.store.finish(job) { _ in }
                }
            }
        }
    }

    private func expectWholePrefix(of path: String, steps: Int) throws {
        #expect(try Store.check(at: path, predictionCount: Sample.predictionCount) == [])
        let store = try Store.open(
            at: path, configuration: StoreConfiguration(clock: work.clock.storeClock))
        let keys = try store.jobs().map(\.key)
        #expect(keys == (0..<keys.count).map { "job-\($0)" })
        work.clock.advance(by: .seconds(120))
        try store.enqueue((0..<steps).map { Sample.job("job-\($0)") })
        while let job = try store.claim(upTo: 1, as: "w2", lease: .seconds(60)).first {
            try store.finish(job) { _ in }
        }
        #expect(try store.jobCounts().counts == ["fit": [.done: steps]])
        try store.close()
    }

    @Test func logCutAnywhereLeavesAPrefixOfTheTransactions() throws {
        try makeHistory(steps: 60)
        var generator = Generator(state: 7)
        let size = logSize
        #expect(size > 0)
        var survivors: Set<Int> = []
        for _ in 0..<30 {
            let copy = try StoreCopy.afterCrash(of: work.path, in: work.folder)
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: copy + "-wal"))
            try file.truncate(atOffset: UInt64(Int.random(in: 0..<size, using: &generator)))
            try file.close()
            survivors.insert(
                try Store.open(at: copy, configuration: StoreConfiguration(access: .queryOnly)).jobs().count)
            try expectWholePrefix(of: copy, steps: 60)
        }
        #expect(survivors.count > 5)
    }

    @Test func logWithWrongBytesLeavesAPrefixOfTheTransactions() throws {
        try makeHistory(steps: 60)
        var generator = Generator(state: 8)
        let size = logSize
        for _ in 0..<20 {
            let copy = try StoreCopy.afterCrash(of: work.path, in: work.folder)
            let file = try FileHandle(forUpdating: URL(fileURLWithPath: copy + "-wal"))
            try file.seek(toOffset: UInt64(Int.random(in: 0..<size - 8, using: &generator)))
            try file.write(contentsOf: Data((0..<8).map { _ in UInt8.random(in: 0...255, using: &generator) }))
            try file.close()
            try expectWholePrefix(of: copy, steps: 60)
        }
    }

    @Test func storeWithoutItsLogIsAsItWasAtTheLastCheckpoint() throws {
        try makeHistory(steps: 300)
        let copy = try StoreCopy.afterCrash(of: work.path, in: work.folder)
        try FileManager.default.removeItem(atPath: copy + "-wal")
        try expectWholePrefix(of: copy, steps: 300)
    }
}
