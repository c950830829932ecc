import Foundation
import GRDB
import Store

/// What a dead process leaves of a store: its file and its write-ahead log, and nothing that was only in memory.
enum StoreCopy {
    /// Copies them while the store is open, as a crash at this moment would leave them.
    ///
    /// - Returns: The path of the copy.
    static func afterCrash(of path: String, in folder: TemporaryFolder) throws -> String {
        let copy = folder.file("\(UUID().uuidString).db")
        for ending in ["", "-wal"] where FileManager.default.fileExists(atPath: path + ending) {
            try FileManager.default.copyItem(atPath: path + ending, toPath: copy + ending)
        }
        return copy
    }

    /// Changes a closed store behind the back of ``Store``.
    static func alter(_ path: String, _ sql: String) throws {
        var configuration = Configuration()
        configuration.foreignKeysEnabled = false
        let queue = try DatabaseQueue(path: path, configuration: configuration)
        try queue.writeWithoutTransaction { try $0.execute(sql: sql) }
        try queue.close()
    }

    /// Overwrites the first page of a table, in a closed store, by bytes that are no page.
    static func damage(table: String, of path: String) throws {
        let queue = try DatabaseQueue(path: path)
        let page = try queue.read {
            try Int.fetchOne($0, sql: "SELECT rootpage FROM sqlite_schema WHERE name = ?", arguments: [table])
        }
        try queue.close()
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try file.seek(toOffset: UInt64(4096 * ((page ?? 0) - 1)))
        try file.write(contentsOf: Data(repeating: 0xA5, count: 4096))
        try file.close()
    }
}
