internal import Foundation
internal import GRDB

/// The store as a file: made atomically, and recognised before anything is written to it.
enum StoreFile {
    /// Makes a complete, empty store at `path`.
    ///
    /// The schema is built in a hidden file beside it, which then gets its name: that fails if the name is taken, so nobody
    /// ever sees half a store and of several makers one wins.
    ///
    /// - Throws: ``StoreError/alreadyExists(path:)`` and the file errors.
    static func create(at path: String) throws(StoreError) {
        if entryExists(at: path) { throw .alreadyExists(path: path) }
        let folder = folder(of: path)
        guard entryExists(at: folder) else {
            throw .cannotOpen(path: path, detail: "its folder does not exist")
        }
        try refuseLeftovers(of: path)
        try FileSystem.refuseNetwork(folder: folder, path: path)
        let draft = try Draft(for: path)
        do {
            let queue = try DatabaseQueue(path: draft.path)
            try queue.write { try Schema.migrate($0) }
            try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA journal_mode = WAL") }
            try queue.close()
        } catch {
            throw StoreError(error, path: path)
        }
        try publish(draft, as: path)
    }

    /// A free name is not free beside a journal of an earlier file: a store there would take it for its own. Empty ones are
    /// what readers leave.
    ///
    /// - Throws: ``StoreError/leftover(path:journal:)``.
    static func refuseLeftovers(of path: String) throws(StoreError) {
        var status = stat()
        for journal in [path + "-wal", path + "-journal"] where lstat(journal, &status) == 0 && status.st_size > 0 {
            // Somebody may have made the store meanwhile.
            throw entryExists(at: path) ? .alreadyExists(path: path) : .leftover(path: path, journal: journal)
        }
    }

    /// How SQLite is to open the store at `path`.
    ///
    /// Readers of a WAL file share an index file beside it. Where the folder is write-protected (a read-only medium,
    /// an archive) nobody can make that file, but nobody can change the store either: SQLite may then read it as
    /// immutable.
    ///
    /// - Throws: ``StoreError/readOnly(path:)`` if it is to be written in such a folder.
    static func location(of path: String, access wanted: StoreConfiguration.Access) throws(StoreError) -> String {
        guard obstacle(to: W_OK, at: folder(of: path)) != nil else { return path }
        guard wanted == .queryOnly else { throw .readOnly(path: path) }
        let absolute = URL(fileURLWithPath: path).absoluteString
        return entryExists(at: path + "-wal") ? path : absolute + "?immutable=1"
    }

    /// The number of migrations that the store at `path` has.
    ///
    /// Asked through SQLite: opening and closing the file by hand would drop the locks that this process holds on it.
    ///
    /// - Throws: ``StoreError/missing(path:)``, ``StoreError/notAStore(path:detail:)`` and the file errors.
    static func schemaVersion(at path: String, busyTimeout: Duration) throws(StoreError) -> Int {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let code = errno
            switch code {
            case ENOENT, ENOTDIR: throw .missing(path: path)
            case EACCES: throw .notPermitted(path: path)
            default: throw .cannotOpen(path: path, detail: String(cString: strerror(code)))
            }
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notAStore(path: path, detail: "it is not a file") }
        guard status.st_size > 0 else { throw .notAStore(path: path, detail: "it is empty") }
        try FileSystem.refuseNetwork(folder: folder(of: path), path: path)
        let found: (applicationID: Int, version: Int)
        do {
            let configuration = StoreConfiguration(access: .queryOnly, busyTimeout: busyTimeout)
            let location = try location(of: path, access: .queryOnly)
            let queue = try DatabaseQueue(path: location, configuration: configuration.connection)
            found = try queue.read { (try Schema.applicationID(of: $0), try Schema.version(of: $0)) }
            try queue.close()
        } catch {
            throw StoreError(error, path: path)
        }
        guard found.applicationID == Schema.applicationID else {
            throw .notAStore(path: path, detail: "it is another program's SQLite database")
        }
        return found.version
    }

    static func folder(of path: String) -> String {
        // Foundation's deletingLastPathComponent ends the process on names of one character.
        var path = path[...]
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// Whether two names are of the same file.
    static func isSame(_ first: String, _ second: String) -> Bool {
        guard let identity = try? FileIdentity(of: first) else { return false }
        return (try? FileIdentity(of: second)) == identity
    }

    /// What a failed call to the system means that was to write a file or its name.
    static func failure(_ code: Int32, at path: String) -> StoreError {
        switch code {
        case EACCES, EPERM, EROFS: .readOnly(path: path)
        case ENOSPC, EDQUOT: .full(path: path)
        case EIO: .inputOutput(path: path, detail: String(cString: strerror(code)))
        default: .cannotOpen(path: path, detail: String(cString: strerror(code)))
        }
    }

    /// Why SQLite could not open a file, where the rights of this process are the reason; nil if they are not.
    static func refusal(of path: String) -> StoreError? {
        var status = stat()
        guard lstat(path, &status) == 0 else {
            if errno == EACCES { return .notPermitted(path: path) }
            return obstacle(to: W_OK, at: folder(of: path)).map { failure($0, at: path) }
        }
        return ([path] + logs(of: path)).first { obstacle(to: R_OK, at: $0) == EACCES }.map { .notPermitted(path: $0) }
    }

    /// Why this process may not use a file or folder so, as a code of the system; nil if it may.
    private static func obstacle(to mode: Int32, at path: String) -> Int32? {
        // By the rights that calls are made with, which `access` does not look at.
        faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0 ? nil : errno
    }

    static func entryExists(at path: String) -> Bool {
        var status = stat()
        return lstat(path, &status) == 0
    }
}
