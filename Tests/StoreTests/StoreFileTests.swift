import Dispatch
import Foundation
import GRDB
import Migrations
import Store
import Synchronization
import Testing

@Suite struct StoreFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.file("centroid.db") }

    init() throws {
        folder = try TemporaryFolder()
    }

    @Test func newStoreOpensAgainAndLeavesNoDraftBehind() throws {
        try Store.create(at: path).close()
        #expect(try folder.contents == ["centroid.db"])
        let store = try Store.open(at: path)
        #expect(try store.models().isEmpty)
        try store.close()
    }

    @Test func missingStoreNamesTheCommandThatMakesOne() throws {
        let error = try #require(throws: StoreError.self) { try Store.open(at: path) }
        #expect(error == .missing(path: path))
        #expect(error.description.contains("centroid init"))
    }

    @Test func pathUnderAFileIsMissing() throws {
        try Data("x".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreError.missing(path: path + "/inner.db")) { try Store.open(at: path + "/inner.db") }
    }

    @Test func secondInitIsRefusedAndChangesNothing() throws {
        let store = try Store.create(at: path)
        try store.addDataset(Sample.dataset())
        #expect(throws: StoreError.alreadyExists(path: path)) { try Store.create(at: path) }
        #expect(try store.datasets().count == 1)
    }

    @Test func initLeavesAnyFileThatIsThereAsItIs() throws {
        try Data("letters".utf8).write(to: URL(fileURLWithPath: path))
        #expect(throws: StoreError.alreadyExists(path: path)) { try Store.create(at: path) }
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data("letters".utf8))
    }

    @Test func danglingLinkCountsAsTaken() throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: folder.file("nowhere"))
        #expect(throws: StoreError.alreadyExists(path: path)) { try Store.create(at: path) }
    }

    @Test func ofManyInitsAtOnceOneWins() throws {
        let outcomes = Mutex<[StoreError?]>([])
        DispatchQueue.concurrentPerform(iterations: 8) { [path] _ in
            let outcome: StoreError?
            do throws(StoreError) {
                try Store.create(at: path).close()
                outcome = nil
            } catch {
                outcome = error
            }
            outcomes.withLock { $0.append(outcome) }
        }
        let all = outcomes.withLock { $0 }
        #expect(all.count { $0 == nil } == 1)
        #expect(all.count { $0 == .alreadyExists(path: path) } == 7)
        try Store.open(at: path).close()
        #expect(try folder.contents == ["centroid.db"])
    }

    @Test func initInAMissingFolderSaysSo() throws {
        let inner = folder.file("missing/centroid.db")
        let error = try #require(throws: StoreError.self) { try Store.create(at: inner) }
        #expect(error == .cannotOpen(path: inner, detail: "its folder does not exist"))
    }

    @Test(arguments: ["", "not a database", String(repeating: "0123456789", count: 1000)])
    func fileThatIsNoDatabaseIsRefused(contents: String) throws {
        try Data(contents.utf8).write(to: URL(fileURLWithPath: path))
        let error = try #require(throws: StoreError.self) { try Store.open(at: path) }
        guard case .notAStore(path, _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test func folderIsRefused() throws {
        #expect(throws: StoreError.notAStore(path: folder.path, detail: "it is not a file")) {
            try Store.open(at: folder.path)
        }
    }

    @Test func databaseOfAnotherProgramIsRefusedUntouched() throws {
        let other = try DatabaseQueue(path: path)
        try other.write { try $0.execute(sql: "CREATE TABLE notes (text TEXT)") }
        try other.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        let error = try #require(throws: StoreError.self) { try Store.open(at: path) }
        #expect(error == .notAStore(path: path, detail: "it is another program's SQLite database"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func newerStoreIsRefusedWithBothNumbers() throws {
        try Store.create(at: path).close()
        let known = Migration.all.count
        try alter("PRAGMA user_version = \(known + 3)")
        let error = try #require(throws: StoreError.self) { try Store.open(at: path) }
        #expect(error == .newer(path: path, found: known + 3, known: known))
        #expect(error.description.contains("\(known + 3)") && error.description.contains("\(known)"))
        #expect(error.description.contains("update centroid"))
    }

    @Test(arguments: 1..<Migration.all.count)
    func olderStoreIsBroughtForward(from version: Int) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.write { database in
            for migration in Migration.all.prefix(version) {
                try database.execute(sql: migration.sql)
            }
            try database.execute(sql: "PRAGMA application_id = \(0x43_45_4E_54)")
            try database.execute(sql: "PRAGMA user_version = \(version)")
        }
        try queue.close()
        #expect(throws: StoreError.older(path: path, found: version, known: Migration.all.count)) {
            try Store.open(at: path, configuration: StoreConfiguration(access: .queryOnly))
        }
        let store = try Store.open(at: path)
        try store.addModel(Sample.model())
        try store.enqueue([Sample.job("a")])
        #expect(try store.jobCounts()[.ready] == 1)
        try Store.open(at: path, configuration: StoreConfiguration(access: .queryOnly)).close()
    }

    @Test func queryOnlyStoreReadsWhatIsBeingWrittenAndRefusesToWrite() throws {
        let writer = try Store.create(at: path)
        let reader = try Store.open(at: path, configuration: StoreConfiguration(access: .queryOnly))
        try writer.enqueue([Sample.job("a")])
        #expect(try reader.jobCounts()[.ready] == 1)
        #expect(throws: StoreError.readOnly(path: path)) { try reader.enqueue([Sample.job("b")]) }
        #expect(throws: StoreError.readOnly(path: path)) {
            try reader.claim(upTo: 1, as: "w", lease: .seconds(1))
        }
        try writer.enqueue([Sample.job("b")])
        #expect(try reader.jobCounts()[.ready] == 2)
    }

    @Test func writeProtectedFileIsReadableAndSaysWhyItCannotBeWritten() throws {
        try Store.create(at: path).close()
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
        try Unprivileged.run { [path] in
            let reader = try Store.open(at: path, configuration: StoreConfiguration(access: .queryOnly))
            #expect(try reader.models().isEmpty)
            try reader.close()
            #expect(throws: StoreError.readOnly(path: path)) { try Store.open(at: path) }
        }
    }

    @Test func unreadableFileSaysSo() throws {
        try Store.create(at: path).close()
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: folder.path)
        try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: path)
        try Unprivileged.run { [path] in
            #expect(throws: StoreError.notPermitted(path: path)) { try Store.open(at: path) }
        }
    }

    @Test func fileInAClosedFolderSaysSo() throws {
        try Store.create(at: path).close()
        try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: folder.path)
        try Unprivileged.run { [path] in
            #expect(throws: StoreError.notPermitted(path: path)) { try Store.open(at: path) }
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
    }

    @Test func journalThatCannotBeReadSaysSo() throws {
        let log = path + "-wal"
        let store = try Store.create(at: path)
        try store.enqueue([Sample.job("in the log")])
        try FileManager.default.setAttributes([.posixPermissions: 0o000], ofItemAtPath: log)
        try Unprivileged.run { [path] in
            #expect(throws: StoreError.notPermitted(path: log)) { try Store.open(at: path) }
        }
        try store.close()
    }

    @Test func folderThatCannotBeWrittenRefusesInit() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
        try Unprivileged.run { [path] in
            #expect(throws: StoreError.readOnly(path: path)) { try Store.create(at: path) }
        }
    }

    /// SQLite goes on with it, and everything that is written is lost.
    @Test(arguments: ["removed", "moved", "replaced"]) func storeThatLostItsNameIsNotWorkedOn(how: String) throws {
        let store = try Store.create(at: path)
        try store.enqueue([Sample.job("before")])
        let elsewhere = folder.file("elsewhere.db")
        try FileManager.default.moveItem(atPath: path, toPath: elsewhere)
        switch how {
        case "removed": try FileManager.default.removeItem(atPath: elsewhere)
        case "replaced": try Data([1]).write(to: URL(fileURLWithPath: path))
        default: break
        }
        #expect(throws: StoreError.moved(path: path)) { try store.enqueue([Sample.job("after")]) }
        #expect(throws: StoreError.moved(path: path)) { try store.jobCounts() }
        guard how == "moved" else { return }
        try FileManager.default.moveItem(atPath: elsewhere, toPath: path)
        try store.enqueue([Sample.job("after")])
        #expect(try store.jobCounts().total == 2)
    }

    /// Whoever waits for another's lock does so after the file was looked at.
    @Test func storeThatLosesItsNameInATransactionKeepsNothingOfIt() throws {
        let elsewhere = folder.file("elsewhere.db")
        // Asked for the time in the middle of the transaction.
        let clock = StoreClock { [path] in
            rename(path, elsewhere)
            return Timestamp(milliseconds: 0)
        }
        let store = try Store.create(at: path, configuration: StoreConfiguration(clock: clock))
        #expect(throws: StoreError.moved(path: path)) { try store.enqueue([Sample.job("inside")]) }
        #expect(rename(elsewhere, path) == 0)
        #expect(try store.jobCounts().total == 0)
    }

    @Test func damagedPageIsReported() throws {
        let store = try Store.create(at: path)
        try store.enqueue((0..<2000).map { Sample.job("job-\($0)") })
        try store.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        let size = try file.seekToEnd()
        try file.seek(toOffset: 4096 * 4)
        try file.write(contentsOf: Data(repeating: 0xA5, count: Int(size) - 4096 * 4))
        try file.close()
        let error = try #require(throws: StoreError.self) {
            let damaged = try Store.open(at: path)
            _ = try damaged.jobs(limit: 2000)
            _ = try damaged.jobCounts()
        }
        guard case .corrupt(path, _) = error else {
            Issue.record("\(error)")
            return
        }
    }

    @Test(arguments: StoreConfiguration.Synchronous.allCases)
    func storeIsWrittenWithEitherSynchronisation(synchronous: StoreConfiguration.Synchronous) throws {
        let configuration = StoreConfiguration(synchronous: synchronous)
        try Store.create(at: path, configuration: configuration).close()
        let store = try Store.open(at: path, configuration: configuration)
        try store.enqueue([Sample.job("a")])
        #expect(try store.jobCounts()[.ready] == 1)
    }

    @Test func connectionThatIsOpenFollowsTheSettingOfAnother() throws {
        let worker = try Store.create(at: path)
        try worker.enqueue([Sample.job("a")])
        #expect(worker.lastSynchronous == .normal)
        let other = try Store.open(at: path)
        try other.setSynchronous(.full)
        try worker.enqueue([Sample.job("b")])
        #expect(worker.lastSynchronous == .full)
        try other.setSynchronous(.normal)
        try worker.enqueue([Sample.job("c")])
        #expect(worker.lastSynchronous == .normal)
        #expect(try worker.jobCounts().total == 3)
    }

    private func alter(_ sql: String) throws {
        let queue = try DatabaseQueue(path: path)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }
}
