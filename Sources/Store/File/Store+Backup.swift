internal import Foundation
internal import GRDB

extension DatabaseError {
    /// Without its message: that is the destination's, which does not know of an error yet, or not at all.
    var ofBackup: DatabaseError { DatabaseError(resultCode: extendedResultCode) }
}

/// What a backup holds.
package struct StoreBackup: Hashable, Sendable {
    package let bytes: Int
    package let models: Int
    package let jobs: Int
    package let approximations: Int
    package let evaluations: Int
}

extension Store {
    /// Whether a path is that of the store's file, or of a journal that stands or would stand beside it.
    package func holds(_ other: String) -> Bool {
        StoreFile.isSame(path, JournalName.database(of: other) ?? other)
    }

    /// Copies the store as it is at this moment into one file of its own, while others work on it.
    ///
    /// SQLite's backup copies all pages in one step within one read transaction: writers never wait for it, and it
    /// never begins anew because of them. It is written beside its destination, checked, forced to the disk and only then
    /// put in its place, so nobody ever sees half a backup. A file that it replaces is held from the beginning to the
    /// end: whoever opens it meanwhile waits, and then finds the backup.
    ///
    /// - Parameters:
    ///   - destination: The file to be made, on a local disk or any other.
    ///   - replaces: Whether it may take the place of another file; a database that anybody has open is never replaced.
    ///   - willPublish: Called when the copy is complete and nothing of it is to be seen yet.
    /// - Throws: ``StoreError/alreadyExists(path:)``, ``StoreError/busy(path:)`` and the file errors, which name the
    ///   destination where it is at fault; ``StoreError/corrupt(path:detail:)`` with the path of this store if the
    ///   copy is not sound, for then the store is not either.
    package func backup(
        to destination: String, replacing replaces: Bool = false, willPublish: () -> Void = {}
    ) throws(StoreError) -> StoreBackup {
        // Looking for others' locks would drop this process's own.
        if StoreFile.isSame(path, destination) { throw .alreadyExists(path: destination) }
        let place = try BackupPlace(destination, replacing: replaces)
        let draft = try Draft(for: destination)
        let backup = try copy(to: draft.path, of: destination)
        try StoreFile.synchronise(draft.path, for: destination)
        willPublish()
        try place.publish(draft)
        return backup
    }

    private func copy(to draft: String, of destination: String) throws(StoreError) -> StoreBackup {
        do {
            let queue = try DatabaseQueue(path: draft)
            let backup = try queue.writeWithoutTransaction { copy in
                // The draft is forced to the disk once, when it is complete.
                try copy.execute(sql: "PRAGMA synchronous = OFF")
                try copyPages(to: copy, of: destination)
                // Out of the write-ahead log: a backup is one file, also on a medium that cannot be written.
                try copy.execute(sql: "PRAGMA journal_mode = DELETE")
                let complaint = try String.fetchOne(copy, sql: "PRAGMA integrity_check(1)")
                guard complaint == "ok" else {
                    throw StoreError.corrupt(path: path, detail: complaint ?? "the copy cannot be checked")
                }
                return try Self.contents(of: copy)
            }
            try queue.close()
            return backup
        } catch {
            throw StoreError(error, path: destination)
        }
    }

    private func copyPages(to copy: Database, of destination: String) throws(StoreError) {
        try reading { store in
            do {
                try store.backup(to: copy)
            } catch let error as DatabaseError {
                let isOfWriting = Self.isOfWriting(error.extendedResultCode)
                throw StoreError(error.ofBackup, path: isOfWriting ? destination : path)
            }
        }
    }

    private static func isOfWriting(_ code: ResultCode) -> Bool {
        [.SQLITE_FULL, .SQLITE_IOERR_WRITE, .SQLITE_IOERR_FSYNC, .SQLITE_IOERR_TRUNCATE].contains(code)
    }

    private static func contents(of copy: Database) throws -> StoreBackup {
        func count(_ table: String) throws -> Int {
            try copy.first("SELECT count(*) AS rows FROM \(table)") { try $0.value("rows") } ?? 0
        }
        let bytes: Int? = try copy.first(
            "SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size"
        ) {
            try $0.value("bytes")
        }
        return StoreBackup(
            bytes: bytes ?? 0, models: try count("models"), jobs: try count("jobs"),
            approximations: try count("approximations"), evaluations: try count("evaluations"))
    }
}
