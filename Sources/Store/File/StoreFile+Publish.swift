internal import Foundation

/// How a finished draft becomes the file that people see.
extension StoreFile {
    /// - Throws: ``StoreError/alreadyExists(path:)`` if anything is at `path` and must not be replaced;
    ///   ``StoreError/busy(path:)`` if it is a database that somebody has open.
    static func checkFree(_ path: String, replacing replaces: Bool) throws(StoreError) {
        var status = stat()
        guard stat(folder(of: path), &status) == 0 else {
            throw .cannotOpen(path: path, detail: "its folder does not exist")
        }
        guard lstat(path, &status) == 0 else { return }
        guard replaces else { throw .alreadyExists(path: path) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .cannotOpen(path: path, detail: "it is not a file") }
        if isInUse(path) { throw .busy(path: path) }
    }

    /// Whether another process has the database at `path` open: in WAL mode each connection keeps a lock on the bytes
    /// that SQLite has for it (sqlite.org/fileformat2.html, "the lock-byte page").
    private static func isInUse(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = 0x4000_0000
        lock.l_len = 512
        return fcntl(descriptor, F_GETLK, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
    }

    /// Gives `draft` its name, in one step: there is the old file or the new one at any moment.
    ///
    /// What a dead process left of the old one's log goes first: SQLite would play it into the new file.
    static func publish(_ draft: String, as path: String, replacing replaces: Bool) throws(StoreError) {
        if replaces {
            for ending in logEndings { unlink(path + ending) }
        }
        guard (replaces ? rename(draft, path) : link(draft, path)) == 0 else {
            let code = errno
            throw code == EEXIST
                ? .alreadyExists(path: path)
                : .cannotOpen(path: path, detail: String(cString: strerror(code)))
        }
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
        for ending in [""] + logEndings { unlink(draft + ending) }
    }

    private static let logEndings = ["-wal", "-shm", "-journal"]
}
