internal import Foundation

/// A directory whose entries are known, in order of their names.
struct Directory {
    let path: String
    /// Names without a leading dot, sorted by their bytes.
    let names: [String]

    /// - Throws: ``DataError`` where there is no such directory, it may not be read, or it is empty.
    init(_ path: String) throws(DataError) {
        guard let stream = opendir(path) else { throw InputFile.failure(path, errno) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { raw in
                String(decoding: raw.prefix { $0 != 0 }, as: UTF8.self)
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        guard !names.isEmpty else { throw .emptyDirectory(path: path) }
        self.path = path
        self.names = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    /// Makes a directory with those that it lies in, where they are not there yet.
    ///
    /// - Throws: ``DataError/cannotMake(path:reason:)``, ``DataError/notWritable(path:)``.
    static func make(at path: String) throws(DataError) {
        guard mkdir(path, 0o777) != 0 else { return }
        let code = errno
        if exists(at: path) { return }
        let parent = (path as NSString).deletingLastPathComponent
        guard code == ENOENT, !parent.isEmpty, parent != path else { throw OutputFile.failure(path, code) }
        try make(at: parent)
        guard mkdir(path, 0o777) == 0 || exists(at: path) else { throw OutputFile.failure(path, code) }
    }

    func path(of name: String) -> String {
        path.hasSuffix("/") ? path + name : path + "/" + name
    }

    /// The names that `matches` accepts without their `.gz`; where a file lies there plain and packed, the plain one.
    func names(where matches: (String) -> Bool) -> [String] {
        names.filter { name in
            let plain = Self.plain(name)
            return matches(plain) && (plain == name || !names.contains(plain))
        }
    }

    /// `name` without `.gz`.
    static func plain(_ name: String) -> String {
        name.hasSuffix(".gz") ? String(name.dropLast(3)) : name
    }

    /// Whether `path` is a directory, links followed.
    static func exists(at path: String) -> Bool {
        var status = stat()
        return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }
}
