internal import GRDB

/// Inserts new jobs by one prepared statement, and counts them at the end.
struct JobInsertion {
    private struct Group: Hashable {
        let kind: JobKind
        let state: JobState
    }

    private let database: Database
    private let statement: Statement
    private let now: Timestamp
    private var inserted: [Group: Int] = [:]

    init(in database: Database, at now: Timestamp) throws {
        self.database = database
        self.now = now
        statement = try database.cachedStatement(
            sql: """
                INSERT INTO jobs (
                    kind, key, state, priority, resource_class, model, layer, degree, fitter, settings_hash, payload,
                    maximum_attempts, maximum_losses, backoff_base, backoff_maximum, timeout, created_at
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
    }

    /// A job with dependencies begins blocked, whatever has become of them.
    mutating func insert(_ job: NewJob) throws -> KnownJobs.Entry {
        let state: JobState = job.dependencies.isEmpty ? .ready : .blocked
        try statement.execute(arguments: [
            job.kind.rawValue, job.key, state.rawValue, job.priority, job.resourceClass.rawValue, job.model?.value,
            job.layer?.value, job.degree, job.fitter, job.settingsHash, job.payload, job.policy.maximumAttempts,
            job.policy.maximumLosses, job.policy.backoff.milliseconds, job.policy.maximumBackoff.milliseconds,
            job.timeout.map { max(1, $0.milliseconds) }, now.milliseconds,
        ])
        inserted[Group(kind: job.kind, state: state), default: 0] += 1
        return (JobID(database.lastInsertedRowID), state)
    }

    /// Adds what was inserted to the kept counts. Call it before any of these jobs changes its state: from then on
    /// triggers keep them.
    mutating func countInserted() throws {
        for (group, jobs) in inserted {
            try database.run(
                """
                INSERT INTO job_counts (kind, state, jobs, changes) VALUES (?, ?, ?, 1)
                ON CONFLICT (kind, state) DO UPDATE SET jobs = jobs + excluded.jobs, changes = changes + 1
                """,
                [group.kind.rawValue, group.state.rawValue, jobs]
            )
        }
        inserted = [:]
    }
}
