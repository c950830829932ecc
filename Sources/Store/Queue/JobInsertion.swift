internal import GRDB

/// Inserts new jobs, many in one statement, and counts them at the end.
struct JobInsertion {
    private struct Group: Hashable {
        let kind: JobKind
        let state: JobState
    }

    private static let columns = [
        "id", "kind", "key", "state", "priority", "resource_class", "model", "layer", "degree", "fitter",
        "settings_hash", "payload", "maximum_attempts", "maximum_losses", "backoff_base", "backoff_maximum", "timeout",
        "created_at",
    ]
    /// A statement of its own for every job costs a third of an enqueue; SQLite takes 32,766 values in one.
    private static let rowsPerStatement = 64

    private let database: Database
    private let now: Timestamp
    /// Ids are given here, so that a job has its own before it is written.
    private var last: Int64
    private var waiting: [[(any DatabaseValueConvertible)?]] = []
    private var inserted: [Group: Int] = [:]

    init(in database: Database, at now: Timestamp) throws {
        self.database = database
        self.now = now
        // The largest id that ever was: AUTOINCREMENT keeps it, so that none is used again.
        last =
            try database.first("SELECT seq FROM sqlite_sequence WHERE name = 'jobs'", []) { try $0.value("seq") } ?? 0
    }

    /// A job with dependencies begins blocked, whatever has become of them. It may be written later: see ``finish()``.
    mutating func insert(_ job: NewJob) throws -> KnownJobs.Entry {
        let state: JobState = job.dependencies.isEmpty ? .ready : .blocked
        last += 1
        waiting.append([
            last, job.kind.rawValue, job.key, state.rawValue, job.priority, job.resourceClass.rawValue,
            job.model?.value, job.layer?.value, job.degree, job.fitter, job.settingsHash, job.payload,
            job.policy.maximumAttempts, job.policy.maximumLosses, job.policy.backoff.milliseconds,
            job.policy.maximumBackoff.milliseconds, job.timeout.map { max(1, $0.milliseconds) }, now.milliseconds,
        ])
        inserted[Group(kind: job.kind, state: state), default: 0] += 1
        if waiting.count == Self.rowsPerStatement { try write() }
        return (JobID(last), state)
    }

    /// Writes what waits and adds all that was inserted to the kept counts. Call it before any of these jobs changes
    /// its state: from then on triggers keep them.
    mutating func finish() throws {
        if !waiting.isEmpty { try write() }
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

    private mutating func write() throws {
        let row = "(" + Self.columns.map { _ in "?" }.joined(separator: ", ") + ")"
        let rows = waiting.map { _ in row }.joined(separator: ", ")
        try database.run(
            "INSERT INTO jobs (\(Self.columns.joined(separator: ", "))) VALUES \(rows)",
            StatementArguments(waiting.joined()))
        waiting.removeAll(keepingCapacity: true)
    }
}
