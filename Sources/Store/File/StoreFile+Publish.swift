internal import Foundation

/// How a finished draft becomes the file that people see.
extension StoreFile {
    /// Gives `draft` a name that is free, in one step.
    ///
    /// - Throws: ``StoreError/alreadyExists(path:)`` if it is not, and the file errors.
    static func publish(_ draft: Draft, as path: String) throws(StoreError) {
        let code = FreeName.give(path, to: draft.path)
        guard code == 0 else { throw code == EEXIST ? .alreadyExists(path: path) : failure(code, at: path) }
        try synchroniseNames(of: path)
    }

    /// Gives `draft` the name of a file that is no database, or not any more.
    ///
    /// What was left of its log goes first: SQLite would play it into the new file.
    static func publish(_ draft: Draft, over path: String) throws(StoreError) {
        removeLogs(of: path)
        guard rename(draft.path, path) == 0 else { throw failure(errno, at: path) }
        try synchroniseNames(of: path)
    }

    /// Waits until the disk has a file.
    static func synchronise(_ path: String, for destination: String) throws(StoreError) {
        let code = flush(path)
        guard code == 0 else { throw .inputOutput(path: destination, detail: String(cString: strerror(code))) }
    }

    /// Waits until the disk has the names in the folder of a file.
    private static func synchroniseNames(of path: String) throws(StoreError) {
        let code = flush(folder(of: path))
        // Not every file system can do that, nor who may write to a folder and not read it: the name follows with the next
        // flush.
        guard [0, EINVAL, EACCES].contains(code) else {
            throw .inputOutput(path: path, detail: String(cString: strerror(code)))
        }
    }

    /// - Returns: 0, or the error code of the system.
    private static func flush(_ path: String) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return errno }
        defer { close(descriptor) }
        return fsync(descriptor) == 0 ? 0 : errno
    }

    /// What SQLite puts beside a store.
    static func logs(of path: String) -> [String] { ["-wal", "-shm", "-journal"].map { path + $0 } }

    static func removeLogs(of path: String) {
        for log in logs(of: path) { unlink(log) }
    }
}
