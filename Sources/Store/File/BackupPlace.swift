internal import Foundation
internal import GRDB

/// Where a backup is to lie. What lies there already is held until the end, so that nobody can work on it meanwhile.
struct BackupPlace {
    private enum Holding {
        /// The name is free.
        case nothing
        /// A database, locked for everybody else. Its log has been played into it, so it is whole whatever happens.
        case database(DatabaseQueue)
        /// Something that SQLite cannot read.
        case file(FileLock)
    }

    private let path: String
    private let holding: Holding

    /// - Throws: ``StoreError/alreadyExists(path:)`` if a file is at `path` and must not be replaced;
    ///   ``StoreError/leftover(path:journal:)`` if none is, but a journal of one; ``StoreError/busy(path:)`` if it is a
    ///   database that somebody has open; the file errors.
    init(_ path: String, replacing replaces: Bool) throws(StoreError) {
        self.path = path
        if let database = JournalName.database(of: path) { throw .nameOfJournal(path: path, of: database) }
        var status = stat()
        guard stat(StoreFile.folder(of: path), &status) == 0 else {
            throw .cannotOpen(path: path, detail: "its folder does not exist")
        }
        guard lstat(path, &status) == 0 else {
            try StoreFile.refuseLeftovers(of: path)
            holding = .nothing
            return
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path: path, detail: "it is not a file") }
        guard replaces else { throw .alreadyExists(path: path) }
        do throws(StoreError) {
            holding = .database(try Self.lock(path))
        } catch .corrupt, .notAStore {
            holding = .file(try FileLock(path))
        }
    }

    /// Puts a complete draft there, in one step: there is what was or the backup at any moment.
    ///
    /// A database gets the new pages in a transaction of its own. A new file under its name would do for those who
    /// come later, but not for a process that has opened the old one and waits for its lock: it would go on in a file
    /// that has no name any more.
    func publish(_ draft: Draft) throws(StoreError) {
        switch holding {
        case .nothing:
            try StoreFile.publish(draft, as: path)
        case .file(let lock):
            try withExtendedLifetime(lock) { () throws(StoreError) in try StoreFile.publish(draft, over: path) }
        case .database(let database):
            do {
                let source = try DatabaseQueue(path: draft.path)
                do { try source.backup(to: database) } catch let error as DatabaseError { throw error.ofBackup }
                try source.close()
                // While it is locked for good, SQLite empties the journal instead of removing it.
                StoreFile.removeLogs(of: path)
                try database.close()
            } catch {
                throw StoreError(error, path: path)
            }
        }
    }

    /// Opens a database that nobody else has open, and locks it.
    private static func lock(_ path: String) throws(StoreError) -> DatabaseQueue {
        var configuration = Configuration()
        configuration.busyMode = .immediateError
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
                // Leaving WAL mode plays the log into the file, and fails if anybody else has it open.
                guard try String.fetchOne(database, sql: "PRAGMA journal_mode = DELETE") == "delete" else {
                    throw StoreError.busy(path: path)
                }
                // The lock that this takes stays, by the locking mode.
                try database.execute(sql: "BEGIN EXCLUSIVE; COMMIT")
            }
            return queue
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
