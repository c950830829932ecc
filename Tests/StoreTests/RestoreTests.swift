import Dispatch
import Foundation
import Glibc
import Store
import Synchronization
import Testing

/// A backup that takes the place of a store: nothing that anybody commits to the one or the other gets lost.
@Suite struct RestoreTests {
    private let source: Workplace
    private let target: Workplace

    init() throws {
        source = try Workplace()
        try source.store.enqueue([Sample.job("from the backup")])
        target = try Workplace()
        try target.store.enqueue([Sample.job("from before")])
    }

    private func open(busyTimeout: Duration) throws(StoreError) -> Store {
        try Store.open(at: target.path, configuration: StoreConfiguration(busyTimeout: busyTimeout))
    }

    @Test func storeThatSomebodyHasOpenIsNotReplaced() throws {
        #expect(throws: StoreError.busy(path: target.path)) {
            try source.store.backup(to: target.path, replacing: true)
        }
        try target.store.enqueue([Sample.job("afterwards")])
        #expect(try target.store.states.count == 2)
        #expect(try target.folder.contents.contains { $0.hasPrefix(".") } == false)
    }

    @Test func nobodyCanOpenAStoreThatIsBeingReplaced() throws {
        try target.store.close()
        var refusal: StoreError?
        _ = try source.store.backup(to: target.path, replacing: true) {
            do throws(StoreError) {
                _ = try open(busyTimeout: .milliseconds(1))
            } catch {
                refusal = error
            }
        }
        #expect(refusal == .busy(path: target.path))
        #expect(try target.open().states == ["from the backup": .ready])
        #expect(try target.folder.contents.allSatisfy { $0.hasPrefix("centroid.db") })
    }

    @Test func whoComesMeanwhileWaitsAndWorksOnTheBackup() throws {
        try target.store.close()
        let failures = Mutex<[String]>([])
        let visitors = DispatchGroup()
        _ = try source.store.backup(to: target.path, replacing: true) {
            for number in 0..<3 {
                DispatchQueue(label: "visitor \(number)").async(group: visitors) {
                    do {
                        let store = try open(busyTimeout: .seconds(60))
                        try store.enqueue([Sample.job("visitor \(number)")])
                        try store.close()
                    } catch {
                        failures.withLock { $0.append("\(error)") }
                    }
                }
            }
        }
        visitors.wait()
        #expect(failures.withLock { $0 } == [])
        #expect(
            try target.open().states.keys.sorted() == ["from the backup", "visitor 0", "visitor 1", "visitor 2"])
    }

    /// What a crash after the copy leaves is the old store with everything that was in its log.
    @Test func oldStoreIsWholeUntilTheBackupIsInItsPlace() throws {
        let crashed = try StoreCopy.afterCrash(of: target.path, in: target.folder)
        #expect(FileManager.default.fileExists(atPath: crashed + "-wal"))
        var copy = Result<String, any Error>.success("")
        _ = try source.store.backup(to: crashed, replacing: true) {
            copy = Result { try StoreCopy.afterCrash(of: crashed, in: target.folder) }
        }
        #expect(try Store.open(at: try copy.get()).states == ["from before": .ready])
        #expect(try Store.open(at: crashed).states == ["from the backup": .ready])
    }

    @Test func smallStoreReplacesALargeOne() throws {
        try target.store.enqueue((0..<2000).map { Sample.job("\($0)") })
        try target.store.close()
        let backup = try source.store.backup(to: target.path, replacing: true)
        let size = try FileManager.default.attributesOfItem(atPath: target.path)[.size] as? Int
        #expect(size == backup.bytes)
        #expect(try Store.check(at: target.path, predictionCount: Sample.predictionCount) == [])
    }

    @Test(arguments: [false, true]) func draftsOfKilledProcessesGo(withInit: Bool) throws {
        let folder = target.folder
        let old = [".centroid-a.draft", ".centroid-a.draft-journal", ".centroid-a.lock"]
        let held = [".centroid-b.draft", ".centroid-b.lock"]
        let new = [".centroid-c.draft", ".centroid-c.lock"]
        let others = [".other.draft", ".other.lock"]
        for name in old + held + new + others {
            try Data([1]).write(to: URL(fileURLWithPath: folder.file(name)))
        }
        for name in old + held + others { try age(folder.file(name)) }
        let holder = Glibc.open(folder.file(held[1]), O_RDWR)
        flock(holder, LOCK_EX)
        defer { close(holder) }
        if withInit {
            try Store.create(at: folder.file("other.db")).close()
        } else {
            _ = try source.store.backup(to: folder.file("other.db"))
        }
        #expect(try folder.contents.filter { $0.hasPrefix(".") } == held + new + others)
    }

    /// The backup would be cleared away before it is published.
    @Test func draftOfARunningBackupStays() throws {
        let folder = target.folder
        _ = try source.store.backup(to: folder.file("backup.db")) {
            do {
                let drafts = try folder.contents.filter { $0.hasPrefix(".centroid-") }
                #expect(drafts.map { ($0 as NSString).pathExtension } == ["draft", "lock"])
                for draft in drafts { try age(folder.file(draft)) }
                try Store.create(at: folder.file("other.db")).close()
            } catch {
                Issue.record(error)
            }
        }
        #expect(try Store.open(at: folder.file("backup.db")).states == source.store.states)
        #expect(try folder.contents.allSatisfy { !$0.hasPrefix(".") })
    }

    /// Makes a file two minutes old.
    private func age(_ path: String) throws {
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -120)], ofItemAtPath: path)
    }

    /// SQLite would take it for the journal of the new file.
    @Test(arguments: ["-wal", "-journal"]) func nameBesideAJournalThatWasLeftIsRefused(suffix: String) throws {
        let path = target.folder.file("lost.db")
        let journal = path + suffix
        try Data([1]).write(to: URL(fileURLWithPath: journal))
        let error = StoreError.leftover(path: path, journal: journal)
        #expect(throws: error) { try Store.create(at: path) }
        #expect(throws: error) { try source.store.backup(to: path) }
        #expect(throws: error) { try source.store.backup(to: path, replacing: true) }
        #expect(FileManager.default.contents(atPath: journal) == Data([1]))
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    /// Readers leave such files; nothing is in them.
    @Test func emptyJournalsThatWereLeftAreNoHindrance() throws {
        let path = target.folder.file("lost.db")
        try Data().write(to: URL(fileURLWithPath: path + "-wal"))
        try Data(repeating: 1, count: 32768).write(to: URL(fileURLWithPath: path + "-shm"))
        try Store.create(at: path).close()
        #expect(try target.folder.contents.filter { $0.hasPrefix("lost.db") } == ["lost.db"])
    }
}
