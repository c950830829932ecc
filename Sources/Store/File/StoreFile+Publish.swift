internal import Foundation

/// How a finished draft becomes the file that people see.
extension StoreFile {
    /// A hidden name beside `path`.
    static func newDraft(for path: String) -> String {
        folder(of: path) + "/.centroid-\(UUID().uuidString).draft"
    }

    /// Gives `draft` a name that is free, in one step.
    ///
    /// - Throws: ``StoreError/alreadyExists(path:)`` if it is not, and the file errors.
    static func publish(_ draft: String, as path: String) throws(StoreError) {
        guard link(draft, path) == 0 else {
            let code = errno
            throw code == EEXIST
                ? .alreadyExists(path: path)
                : .cannotOpen(path: path, detail: String(cString: strerror(code)))
        }
        try synchronise(folder(of: path), for: path)
    }

    /// Gives `draft` the name of a file that is no database, or not any more.
    ///
    /// What was left of its log goes first: SQLite would play it into the new file.
    static func publish(_ draft: String, over path: String) throws(StoreError) {
        removeLogs(of: path)
        guard rename(draft, path) == 0 else {
            throw .cannotOpen(path: path, detail: String(cString: strerror(errno)))
        }
        try synchronise(folder(of: path), for: path)
    }

    /// Waits until the disk has a file, or the names in a folder.
    static func synchronise(_ path: String, for destination: String) throws(StoreError) {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else {
            throw .inputOutput(path: destination, detail: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        // Some file systems cannot do that for folders; then the name follows with the next flush.
        guard fsync(descriptor) == 0 || errno == EINVAL else {
            throw .inputOutput(path: destination, detail: String(cString: strerror(errno)))
        }
    }

    /// Removes a draft with what SQLite may have laid beside it.
    static func remove(_ draft: String) {
        unlink(draft)
        removeLogs(of: draft)
    }

    /// What SQLite puts beside a store.
    static func logs(of path: String) -> [String] { ["-wal", "-shm", "-journal"].map { path + $0 } }

    static func removeLogs(of path: String) {
        for log in logs(of: path) { unlink(log) }
    }

    /// Removes what killed processes left of their drafts: those that nobody has written to for a day.
    static func removeAbandonedDrafts(in folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(".centroid-") && name.hasSuffix(".draft") {
            let draft = folder + "/" + name
            var status = stat()
            guard lstat(draft, &status) == 0, time(nil) - status.st_mtim.tv_sec > 24 * 60 * 60 else { continue }
            remove(draft)
        }
    }
}
