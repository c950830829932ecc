internal import Foundation

/// A hidden file beside the one that it is to become. It goes with the object, and where a process is killed, with the
/// next draft in that folder.
final class Draft {
    let path: String
    /// Has a lock of its own kind on the file for as long as its maker lives. SQLite's locks are of another kind.
    private let descriptor: Int32

    /// How old a draft is before anybody looks whether its maker lives: between making and locking it nothing shows that.
    private static let infancy = 60

    /// - Throws: The file errors, which name `destination`.
    init(for destination: String) throws(StoreError) {
        let folder = StoreFile.folder(of: destination)
        Self.removeAbandoned(in: folder)
        path = folder + "/.centroid-\(UUID().uuidString).draft"
        descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StoreFile.failure(errno, at: destination) }
        // Where a file system has no such locks, a killed process's draft stays.
        flock(descriptor, LOCK_EX | LOCK_NB)
    }

    deinit {
        close(descriptor)
        Self.remove(path)
    }

    /// Removes what killed processes have left.
    static func removeAbandoned(in folder: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(".centroid-") && name.hasSuffix(".draft") {
            let path = folder + "/" + name
            var status = stat()
            guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG,
                time(nil) - status.st_mtim.tv_sec > infancy
            else { continue }
            if status.st_nlink > 1 || isAbandoned(path) { remove(path) }
        }
    }

    /// Not to be asked of a file that has another name already: closing it would drop SQLite's locks on it.
    private static func isAbandoned(_ path: String) -> Bool {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }

    private static func remove(_ path: String) {
        unlink(path)
        StoreFile.removeLogs(of: path)
    }
}
