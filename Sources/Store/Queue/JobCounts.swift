internal import GRDB

/// How many jobs of each kind stand in each state.
package struct JobCounts: Hashable, Sendable {
    package let counts: [JobKind: [JobState: Int]]

    package init(counts: [JobKind: [JobState: Int]]) {
        self.counts = counts
    }

    /// Jobs of every kind in `state`.
    package subscript(state: JobState) -> Int {
        counts.values.reduce(0) { $0 + ($1[state] ?? 0) }
    }

    package var total: Int { JobState.allCases.reduce(0) { $0 + self[$1] } }

    /// Whether nothing is left that a worker could do: what is still blocked waits for dead or cancelled jobs.
    package var isSettled: Bool { self[.ready] == 0 && self[.leased] == 0 }
}

extension Store {
    /// Jobs by kind and state over the whole store.
    ///
    /// - Complexity: Independent of the number of jobs.
    package func jobCounts() throws(StoreError) -> JobCounts {
        try reading { try Self.counts($0, "SELECT kind, state, jobs FROM job_counts WHERE jobs > 0", []) }
    }

    /// Jobs by kind and state, of those that `filter` names.
    package func jobCounts(_ filter: JobFilter) throws(StoreError) -> JobCounts {
        try reading { database in
            let (sql, arguments) = try filter.condition()
            return try Self.counts(
                database, "SELECT kind, state, count(*) AS jobs FROM jobs WHERE \(sql) GROUP BY kind, state", arguments)
        }
    }

    /// A number that is another one whenever a job was added, moved to another state or removed.
    ///
    /// - Complexity: Independent of the number of jobs.
    package func changeCount() throws(StoreError) -> Int64 {
        try reading { database in
            try database.first("SELECT coalesce(sum(changes), 0) AS changes FROM job_counts") {
                try $0.value("changes") as Int64
            } ?? 0
        }
    }

    private static func counts(
        _ database: Database, _ sql: String, _ arguments: StatementArguments
    ) throws -> JobCounts {
        let rows = try database.rows(sql, arguments) { row in
            (
                kind: JobKind(rawValue: try row.value("kind")), state: try row.word("state") as JobState,
                jobs: try row.value("jobs") as Int
            )
        }
        return JobCounts(
            counts: rows.reduce(into: [:]) { counts, row in counts[row.kind, default: [:]][row.state] = row.jobs })
    }
}
