internal import Foundation

/// A hidden file beside the one that it is to become. It goes with the object, and where a process is killed, with the
/// next draft in that folder.
///
/// A lock tells whether its maker lives, on a file of its own: a database must not be opened beside SQLite, for on file
/// systems that pass all locks on as one kind (NFS, SMB) SQLite could not take its own, and closing it would drop those.
final class Draft {
    /// Where it is to be made.
    let path: String
    private let lock: String
    private let descriptor: Int32

    private static let lockSuffix = ".lock"

    /// - Throws: The file errors, which name `destination`.
    init(for destination: String) throws(StoreError) {
        let folder = StoreFile.folder(of: destination)
        Self.removeAbandoned(in: folder)
        lock = HiddenFile.unusedPath(in: folder, ending: Self.lockSuffix)
        path = Self.draft(of: lock)
        descriptor = open(lock, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StoreFile.failure(errno, at: destination) }
        // Where a file system has no locks, a killed process's draft stays.
        flock(descriptor, LOCK_EX | LOCK_NB)
    }

    deinit {
        Self.remove(lock)
        close(descriptor)
    }

    /// Removes what killed processes have left.
    static func removeAbandoned(in folder: String) {
        let locks = HiddenFile.paths(in: folder, ending: lockSuffix, olderThan: infancy(in: folder))
        for lock in locks where isAbandoned(lock) { remove(lock) }
    }

    /// How many seconds a draft is left alone: between making and locking its lock nothing shows that its maker lives, and
    /// never on another machine where locks do not go beyond one.
    private static func infancy(in folder: String) -> Int {
        FileSystem.verdict(onFolder: folder) == .local ? 60 : 86_400
    }

    private static func isAbandoned(_ lock: String) -> Bool {
        let flags = O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW
        var descriptor = open(lock, O_RDWR | flags)
        // Another user's; only some network file systems ask for more.
        if descriptor < 0 { descriptor = open(lock, O_RDONLY | flags) }
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return flock(descriptor, LOCK_EX | LOCK_NB) == 0
    }

    private static func draft(of lock: String) -> String { lock.dropLast(lockSuffix.count) + ".draft" }

    private static func remove(_ lock: String) {
        let draft = draft(of: lock)
        unlink(draft)
        StoreFile.removeLogs(of: draft)
        unlink(lock)
    }
}
