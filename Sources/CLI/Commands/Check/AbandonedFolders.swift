internal import Foundation

/// Folders that processes hold by a lock, so that what a killed one leaves is known by its lock being free.
enum AbandonedFolders {
    private static let lock = "in-use"

    /// Holds `path` until this process ends.
    static func hold(_ path: String) {
        let file = open("\(path)/\(lock)", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        if file >= 0 { flock(file, LOCK_EX | LOCK_NB) }
    }

    /// Removes the folders in `directory` that begin with `prefix`, were held once and are no longer.
    static func sweep(_ directory: String, prefix: String) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        for name in names where name.hasPrefix(prefix) {
            let path = "\(directory)/\(name)"
            let file = open("\(path)/\(lock)", O_RDWR | O_CLOEXEC)
            guard file >= 0 else { continue }
            defer { close(file) }
            guard flock(file, LOCK_EX | LOCK_NB) == 0 else { continue }
            try? FileManager.default.removeItem(atPath: path)
        }
    }
}
