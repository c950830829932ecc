internal import GRDB
internal import Migrations

/// The schema of a store: which file it is, and how far its migrations have come.
enum Schema {
    /// "CENT" in ASCII: how SQLite's header says that the file is ours.
    static let applicationID = 0x43_45_4E_54

    /// Number of the last migration that this binary knows; `PRAGMA user_version` of an up-to-date store.
    static var version: Int { Migration.all.count }

    static func applicationID(of database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA application_id") ?? 0
    }

    static func version(of database: Database) throws -> Int {
        try Int.fetchOne(database, sql: "PRAGMA user_version") ?? 0
    }

    /// Applies what is missing. Call inside a write transaction: another process may have been faster.
    static func migrate(_ database: Database) throws {
        let present = try version(of: database)
        for migration in Migration.all.dropFirst(present) {
            try database.execute(sql: migration.sql)
        }
        if present < version {
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(sql: "PRAGMA user_version = \(version)")
        }
    }
}
