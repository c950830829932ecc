internal import Foundation
internal import Store

/// A file that appears whole or not at all.
enum NewFile {
    private static let suffix = ".new"

    /// Writes `data` under a hidden name beside `path`, and gives it its name when the disk has it.
    ///
    /// - Parameter replacing: Whether a file of that name may be replaced; otherwise it stays as it is.
    /// - Throws: ``CommandFailure`` that says why the file cannot be made.
    static func write(_ data: Data, to path: String, replacing: Bool) throws(CommandFailure) {
        try admit(path, replacing: replacing)
        removeAbandoned(beside: path)
        let draft = draft(for: path)
        defer { unlink(draft) }
        try fill(draft, with: data, for: path)
        if replacing {
            guard rename(draft, path) == 0 else { throw failure(path, errno) }
            return
        }
        let code = FreeName.give(path, to: draft)
        guard code == 0 else { throw code == EEXIST ? taken(path) : failure(path, code) }
    }

    /// Finds out now what ``write(_:to:replacing:)`` would later find, but for a disk that is full by then.
    ///
    /// - Throws: ``CommandFailure`` that says why the file cannot be made.
    static func check(_ path: String, replacing: Bool) throws(CommandFailure) {
        try admit(path, replacing: replacing)
        let draft = draft(for: path)
        defer { unlink(draft) }
        try fill(draft, with: Data(), for: path)
    }

    private static func admit(_ path: String, replacing: Bool) throws(CommandFailure) {
        guard path != "-" else {
            throw CommandFailure(.cannotCreate, "- stands for standard output, where this does not go; name a file")
        }
        guard !path.hasSuffix("/") else {
            throw CommandFailure(.cannotCreate, "\(path) names a folder; name a file")
        }
        if let database = JournalName.database(of: path) {
            throw CommandFailure(StoreError.nameOfJournal(path: path, of: database))
        }
        var status = stat()
        let exists = lstat(path, &status) == 0
        if !exists, errno == ENAMETOOLONG { throw failure(path, ENAMETOOLONG) }
        if exists && status.st_mode & S_IFMT == S_IFDIR {
            throw CommandFailure(.cannotCreate, "\(path) is a folder; name a file")
        }
        guard replacing || !exists else { throw taken(path) }
        guard !exists || status.st_mode & S_IFMT == S_IFREG else {
            throw CommandFailure(.cannotCreate, "\(path) is no ordinary file, and is not replaced; name another")
        }
    }

    private static func fill(_ draft: String, with data: Data, for path: String) throws(CommandFailure) {
        let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw failure(path, errno) }
        defer { close(descriptor) }
        var code: Int32 = 0
        data.withUnsafeBytes { bytes in
            var done = 0
            while done < bytes.count, code == 0, let base = bytes.baseAddress {
                let written = Foundation.write(descriptor, base + done, bytes.count - done)
                if written >= 0 { done += written } else if errno != EINTR { code = errno }
            }
        }
        if code == 0 && fsync(descriptor) != 0 { code = errno }
        guard code == 0 else { throw failure(path, code) }
    }

    private static func draft(for path: String) -> String {
        HiddenFile.unusedPath(in: folder(of: path).path, ending: suffix)
    }

    /// Removes what processes that were killed in the middle of writing left a day ago or before.
    private static func removeAbandoned(beside path: String) {
        for draft in HiddenFile.paths(in: folder(of: path).path, ending: suffix, olderThan: 86_400) { unlink(draft) }
    }

    private static func folder(of path: String) -> URL {
        URL(fileURLWithPath: path).deletingLastPathComponent()
    }

    private static func taken(_ path: String) -> CommandFailure {
        CommandFailure(.cannotCreate, "there is already a file at \(path); choose another, or replace it with --force")
    }

    private static func failure(_ path: String, _ code: Int32) -> CommandFailure {
        switch code {
        case ENOENT where FileManager.default.isFolder(folder(of: path).path):
            CommandFailure(.cannotCreate, "\(path) cannot be made: no files can be made in its folder; choose another")
        case ENOENT, ENOTDIR: CommandFailure(.cannotCreate, "\(path) cannot be made: there is no such folder; make it")
        case EACCES, EPERM, EROFS:
            CommandFailure(.noPermission, "\(path) cannot be written; check the permissions of its folder")
        case ENAMETOOLONG: CommandFailure(.cannotCreate, "\(path) is too long a name for a file; choose a shorter one")
        case ENOSPC, EDQUOT:
            CommandFailure(.inputOutput, "there is no room left to write \(path); free some space and try again")
        default:
            CommandFailure(.inputOutput, "\(path) could not be written: \(String(cString: strerror(code)))")
        }
    }
}
