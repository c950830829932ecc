internal import Foundation

/// A lock on the bytes that SQLite locks (sqlite.org/fileformat2.html, "the lock-byte page"): as long as it is there,
/// nobody can use the file as a database. It ends with the object, or with the process.
final class FileLock {
    private let descriptor: Int32

    /// - Throws: ``StoreError/busy(path:)`` if somebody has the database open; the file errors.
    init(_ path: String) throws(StoreError) {
        descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreFile.failure(errno, at: path) }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = 0x4000_0000
        lock.l_len = 512
        guard fcntl(descriptor, F_SETLK, &lock) == 0 else { throw .busy(path: path) }
    }

    deinit {
        close(descriptor)
    }
}
