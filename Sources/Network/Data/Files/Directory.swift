internal import Foundation

/// A directory whose entries are known, in order of their names.
package struct Directory {
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
    package static func make(at path: String) throws(DataError) {
        guard mkdir(path, 0o777) != 0 else { return }
        var code = errno
        if exists(at: path) { return }
        guard code == ENOENT, let parent = parent(of: path) else { throw OutputFile.failure(path, code) }
        try make(at: parent)
        guard mkdir(path, 0o777) != 0 else { return }
        code = errno
        guard exists(at: path) else { throw OutputFile.failure(path, code) }
    }

    /// Nil for a name alone, and for the root. Foundation's way ends the process on names of one character.
    private static func parent(of path: String) -> String? {
        let name = path.reversed().drop { $0 == "/" }
        let parent = name.drop { $0 != "/" }.drop { $0 == "/" }
        return parent.isEmpty ? nil : String(parent.reversed())
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
