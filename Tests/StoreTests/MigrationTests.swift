import Foundation
import GRDB
import Migrations
import Store
import Testing

@Suite struct MigrationTests {
    @Test func numbersHaveNoGaps() {
        #expect(Migration.all.map(\.number) == Array(1...Migration.all.count))
    }

    @Test func everyFileBeginsByWhy() {
        for migration in Migration.all {
            #expect(migration.sql.hasPrefix("-- "), "\(migration.name)")
        }
    }

    @Test func everyTableIsStrict() throws {
        try inspect { database in
            let loose = try String.fetchAll(
                database,
                sql:
                    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%' AND NOT strict"
            )
            #expect(loose == [])
        }
    }

    @Test func everyForeignKeyIsIndexed() throws {
        try inspect { database in
            let keys = try Row.fetchAll(
                database,
                sql: """
                    SELECT tables.name AS name, keys."from" AS key
                    FROM pragma_table_list AS tables, pragma_foreign_key_list(tables.name) AS keys
                    WHERE tables.schema = 'main'
                    """)
            #expect(keys.count > 15)
            for row in keys {
                let name: String = row["name"]
                let key: String = row["key"]
                let steps = try Row.fetchAll(database, sql: "EXPLAIN QUERY PLAN SELECT 1 FROM \(name) WHERE \(key) = 1")
                let details = steps.map { $0["detail"] as String }
                #expect(details.allSatisfy { $0.contains("SEARCH") }, "\(name).\(key): \(details)")
            }
        }
    }

    @Test func statesAndKindsAreChecked() throws {
        try inspect { database in
            func insert(kind: String, state: String) throws {
                try database.execute(
                    sql: """
                        INSERT INTO jobs (
                            kind, key, state, priority, resource_class, payload, maximum_attempts, maximum_losses,
                            backoff_base, backoff_maximum, created_at
                        ) VALUES (?, 'k', ?, 0, 'light', '{}', 1, 1, 0, 0, 0)
                        """, arguments: [kind, state])
            }
            #expect(throws: DatabaseError.self) { try insert(kind: "fit", state: "sleeping") }
            #expect(throws: DatabaseError.self) { try insert(kind: "Fit!", state: "ready") }
            #expect(throws: DatabaseError.self) { try insert(kind: "fit", state: "leased") }
            #expect(throws: DatabaseError.self) { try insert(kind: "fit", state: "done") }
            try insert(kind: "guided-2", state: "ready")
        }
    }

    private func inspect(_ body: (Database) throws -> Void) throws {
        let work = try Workplace()
        let queue = try DatabaseQueue(path: work.path)
        try queue.writeWithoutTransaction(body)
        try queue.close()
    }
}
