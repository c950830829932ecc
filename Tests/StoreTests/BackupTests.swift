import Dispatch
import Foundation
import Store
import Synchronization
import Testing

@Suite struct BackupTests {
    private let work: Workplace
    private var destination: String { work.folder.file("backup.db") }

    init() throws {
        work = try Workplace()
        try work.store.recordResults()
    }

    @Test func backupIsAStoreWithTheSameResults() throws {
        let backup = try work.store.backup(to: destination)
        #expect(backup.models == 2)
        #expect(backup.approximations == 12)
        #expect(backup.evaluations == 16)
        #expect(backup.bytes == (try FileManager.default.attributesOfItem(atPath: destination)[.size] as? Int))
        #expect(try work.folder.contents.filter { $0.hasPrefix(".") || $0.hasPrefix("backup") } == ["backup.db"])
        let copy = try Store.open(at: destination)
        #expect(try copy.digest() == (try work.store.digest()))
        #expect(try copy.jobCounts() == (try work.store.jobCounts()))
        #expect(try copy.enqueue([Sample.job("after")]).added == 1)
        try copy.close()
        #expect(try Store.check(at: destination, predictionCount: Sample.predictionCount) == [])
    }

    @Test func backupByAReaderTakesWhatIsOnlyInTheLog() throws {
        try work.store.enqueue([Sample.job("last")])
        _ = try work.open(.queryOnly).backup(to: destination)
        #expect(try Store.open(at: destination).job(key: "last") != nil)
    }

    @Test func fileThatIsThereIsReplacedOnlyOnRequest() throws {
        try Data("letters".utf8).write(to: URL(fileURLWithPath: destination))
        #expect(throws: StoreError.alreadyExists(path: destination)) { try work.store.backup(to: destination) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: destination)) == Data("letters".utf8))
        _ = try work.store.backup(to: destination, replacing: true)
        #expect(try Store.open(at: destination).models().count == 2)
    }

    @Test func storeIsNoBackupOfItself() throws {
        #expect(throws: StoreError.alreadyExists(path: work.path)) {
            try work.store.backup(to: work.path, replacing: true)
        }
        #expect(try work.store.models().count == 2)
    }

    @Test func logThatACrashLeftIsNotPlayedIntoTheBackup() throws {
        let crashed = try StoreCopy.afterCrash(of: work.path, in: work.folder)
        #expect(FileManager.default.fileExists(atPath: crashed + "-wal"))
        let other = try Workplace()
        try other.store.addModel(Sample.model("other"))
        _ = try other.store.backup(to: crashed, replacing: true)
        #expect(!FileManager.default.fileExists(atPath: crashed + "-wal"))
        #expect(try Store.open(at: crashed).models().map(\.name) == ["other"])
    }

    @Test func folderThatIsMissingOrInTheWayIsNamed() throws {
        let inner = work.folder.file("missing/backup.db")
        #expect(throws: StoreError.cannotOpen(path: inner, detail: "its folder does not exist")) {
            try work.store.backup(to: inner)
        }
        #expect(throws: StoreError.cannotOpen(path: work.folder.path, detail: "it is not a file")) {
            try work.store.backup(to: work.folder.path, replacing: true)
        }
    }

    @Test func backupOfADamagedStoreFailsAndKeepsTheOldOne() throws {
        _ = try work.store.backup(to: destination)
        let before = try Data(contentsOf: URL(fileURLWithPath: destination))
        try work.store.close()
        try StoreCopy.damage(table: "approximations", of: work.path)
        let error = try #require(throws: StoreError.self) {
            try work.open(.queryOnly).backup(to: destination, replacing: true)
        }
        guard case .corrupt(let path, _) = error, path == work.path else {
            Issue.record("\(error)")
            return
        }
        #expect(try Data(contentsOf: URL(fileURLWithPath: destination)) == before)
        #expect(try work.folder.contents.contains { $0.hasPrefix(".") } == false)
    }

    @Test func damagedStoreIsRestoredFromItsBackup() throws {
        _ = try work.store.backup(to: destination)
        let digest = try work.store.digest()
        try work.store.close()
        try StoreCopy.damage(table: "evaluations", of: work.path)
        #expect(try Store.check(at: work.path, predictionCount: Sample.predictionCount).isEmpty == false)
        _ = try Store.open(at: destination).backup(to: work.path, replacing: true)
        #expect(try Store.check(at: work.path, predictionCount: Sample.predictionCount) == [])
        #expect(try work.open().digest() == digest)
    }

    @Test func everyBackupBesideWritersIsOneMomentOfTheStore() throws {
        let stop = Mutex(false)
        let failures = Mutex<[String]>([])
        let writers = DispatchGroup()
        for writer in 0..<3 {
            DispatchQueue(label: "writer \(writer)").async(group: writers) { [work] in
                do {
                    let store = try work.open()
                    var number = 0
                    while !stop.withLock({ $0 }) {
                        try store.record("job \(writer) \(number)") { _ in }
                        number += 1
                    }
                } catch {
                    failures.withLock { $0.append("\(error)") }
                }
            }
        }
        defer {
            stop.withLock { $0 = true }
            writers.wait()
        }
        var sizes: [Int] = []
        for number in 0..<10 {
            let path = work.folder.file("backup-\(number).db")
            sizes.append(try work.store.backup(to: path).jobs)
            #expect(try Store.check(at: path, predictionCount: Sample.predictionCount) == [])
        }
        stop.withLock { $0 = true }
        writers.wait()
        #expect(failures.withLock { $0 } == [])
        #expect(sizes == sizes.sorted())
        #expect(try work.store.jobCounts().total >= sizes.last ?? 0)
    }
}
