internal import Foundation

/// How a finished draft becomes the file that people see.
extension StoreFile {
    /// Gives `draft` a name that is free, in one step.
    ///
    /// - Throws: ``StoreError/alreadyExists(path:)`` if it is not, and the file errors.
    static func publish(_ draft: Draft, as path: String) throws(StoreError) {
        let code = FreeName.give(path, to: draft.path)
        guard code == 0 else { throw code == EEXIST ? .alreadyExists(path: path) : failure(code, at: path) }
        try synchronise(folder(of: path), for: path)
    }

    /// Gives `draft` the name of a file that is no database, or not any more.
    ///
    /// What was left of its log goes first: SQLite would play it into the new file.
    static func publish(_ draft: Draft, over path: String) throws(StoreError) {
        removeLogs(of: path)
        guard rename(draft.path, path) == 0 else { throw failure(errno, at: path) }
        try synchronise(folder(of: path), for: path)
    }

    /// Waits until the disk has a file, or the names in a folder.
    static func synchronise(_ path: String, for destination: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno, at: destination) }
        defer { close(descriptor) }
        // Some file systems cannot do that for folders; then the name follows with the next flush.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw .inputOutput(path: destination, detail: String(cString: strerror(errno)))
        }
    }

    /// What SQLite puts beside a store.
    static func logs(of path: String) -> [String] { ["-wal", "-shm", "-journal"].map { path + $0 } }

    static func removeLogs(of path: String) {
        for log in logs(of: path) { unlink(log) }
    }
}
