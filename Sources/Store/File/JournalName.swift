internal import Foundation

/// Names that SQLite gives to what belongs to a database.
package enum JournalName {
    /// The database beside `path` for whose journal SQLite would take a file of that name; nil if there is none.
    package static func database(of path: String) -> String? {
        for suffix in StoreFile.logs(of: "") where path.hasSuffix(suffix) {
            let database = String(path.dropLast(suffix.count))
            var status = stat()
            if stat(database, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return database }
        }
        return nil
    }
}
