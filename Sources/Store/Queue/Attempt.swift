internal import GRDB

/// One attempt at a job that came to an end.
package struct Attempt: Hashable, Sendable {
    package enum Outcome: String, CaseIterable, Codable, Sendable {
        case done
        /// The handler reported an error.
        case failed
        /// The lease ran out.
        case lost
        /// Handed back by a worker that stopped.
        case released
        /// Taken away by the user.
        case cancelled
    }

    /// The fencing token of the claim that began it.
    package let token: Int64
    package let owner: WorkerID
    package let startedAt: Timestamp
    package let endedAt: Timestamp
    package let outcome: Outcome
    package let error: String?
}

extension Store {
    /// Every attempt at a job that ended, oldest first.
    package func attempts(of job: JobID) throws(StoreError) -> [Attempt] {
        try reading { database in
            try database.rows("SELECT * FROM attempts WHERE job = ? ORDER BY token", [job.value]) { row in
                Attempt(
                    token: try row.value("token"), owner: WorkerID(rawValue: try row.value("owner")),
                    startedAt: try row.time("started_at"), endedAt: try row.time("ended_at"),
                    outcome: try row.word("outcome"), error: try row.optional("error")
                )
            }
        }
    }

    /// Notes the end of the attempt that `job` is, if its lease still stands.
    ///
    /// - Returns: False if the lease is over; then nothing was written.
    static func endAttempt(
        of job: LeasedJob, _ outcome: Attempt.Outcome, error: String?, at now: Timestamp, in database: Database
    ) throws -> Bool {
        try database.run(
            insertAttempt + " AND token = ?",
            [now.milliseconds, outcome.rawValue, error, job.id.value, job.token]
        ) == 1
    }

    /// Notes the end of whatever attempt at `job` is under way.
    static func noteAttempt(
        of job: JobID, _ outcome: Attempt.Outcome, error: String?, at now: Timestamp, in database: Database
    ) throws {
        try database.run(insertAttempt, [now.milliseconds, outcome.rawValue, error, job.value])
    }

    private static let insertAttempt = """
        INSERT INTO attempts (job, token, owner, started_at, ended_at, outcome, error)
        SELECT id, token, owner, started_at, ?, ?, ? FROM jobs WHERE id = ? AND state = 'leased'
        """
}
