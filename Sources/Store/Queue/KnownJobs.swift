internal import GRDB

/// The jobs that an enqueue met so far, by key: what the store had, and what it added itself.
struct KnownJobs {
    typealias Entry = (id: JobID, state: JobState)

    let database: Database
    private var entries: [String: Entry] = [:]

    init(database: Database) {
        self.database = database
    }

    subscript(key: String) -> Entry? {
        get { entries[key] }
        set { entries[key] = newValue }
    }

    /// Reads what the store has under `keys`, many in one statement: most enqueues meet no known job at all.
    mutating func lookUp(_ keys: [String]) throws {
        let missing = keys.filter { entries[$0] == nil }
        for start in stride(from: 0, to: missing.count, by: 1000) {
            let some = missing[start..<min(start + 1000, missing.count)]
            // A cross join keeps the order: each key is sought in the index, whatever SQLite thinks of the table.
            let found = try database.rows(
                """
                SELECT jobs.key, jobs.id, jobs.state
                FROM json_each(?) AS wanted CROSS JOIN jobs ON jobs.key = wanted.value
                """,
                [try CanonicalJSON.text(of: Array(some))]
            ) { row in
                (
                    key: try row.value("key") as String, id: try row.id("id") as JobID,
                    state: try row.word("state") as JobState
                )
            }
            for job in found {
                entries[job.key] = (job.id, job.state)
            }
        }
    }
}
