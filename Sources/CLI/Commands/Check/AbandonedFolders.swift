internal import Foundation

/// Folders that processes hold by a lock, so that what a killed one leaves is known by its lock being free.
enum AbandonedFolders {
    private static let lock = "in-use"

    /// Makes a folder for this user alone and holds it until this process ends.
    ///
    /// It has its name once it is held, so that no sweep meets it before.
    ///
    /// - Returns: Its path, in `directory`.
    static func make(in directory: String, prefix: String) throws -> String {
        let identifier = UUID().uuidString
        let (unheld, path) = ("\(directory)/.\(prefix)\(identifier)", "\(directory)/\(prefix)\(identifier)")
        try FileManager.default.createDirectory(
            atPath: unheld, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        let file = open("\(unheld)/\(lock)", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        do {
            guard file >= 0, flock(file, LOCK_EX | LOCK_NB) == 0 else { throw CocoaError(.fileLocking) }
            try FileManager.default.moveItem(atPath: unheld, toPath: path)
        } catch {
            if file >= 0 { close(file) }
            try? FileManager.default.removeItem(atPath: unheld)
            throw error
        }
        return path
    }

    /// Removes the folders in `directory` that begin with `prefix` and are held no longer.
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
