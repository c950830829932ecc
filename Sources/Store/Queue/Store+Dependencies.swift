internal import GRDB

/// The rule that holds after every transaction: a job is `ready` or further only if its dependencies are met, and a
/// job whose dependencies are all met is not `blocked`.
extension Store {
    /// Makes `job` ready if it is blocked and everything it depends on is met.
    static func unblock(_ job: JobID, in database: Database) throws {
        try database.run(
            "UPDATE jobs SET state = 'ready' WHERE id = ? AND state = 'blocked' AND \(dependenciesMet)", [job.value])
    }

    /// Makes the jobs ready that waited for `job` and for nothing else. Call when it reached a final state.
    static func unblockDependents(of job: JobID, in database: Database) throws {
        try database.run(
            """
            UPDATE jobs SET state = 'ready'
            WHERE id IN (SELECT job FROM job_dependencies WHERE depends_on = ?) AND state = 'blocked'
            AND \(dependenciesMet)
            """,
            [job.value]
        )
    }

    /// Takes back what was made, or is about to be made, without `job`, when it gets another chance: everything that
    /// depends on it, directly or through others, waits again.
    static func reopenDependents(of job: JobID, at now: Timestamp, in database: Database) throws {
        let affected = try database.rows(
            """
            WITH RECURSIVE affected (id, state) AS (
                SELECT id, state FROM job_dependencies JOIN jobs ON jobs.id = job
                WHERE depends_on = ? AND state IN ('ready', 'leased', 'done')
                UNION
                SELECT jobs.id, jobs.state FROM affected
                JOIN job_dependencies ON depends_on = affected.id JOIN jobs ON jobs.id = job
                WHERE jobs.state IN ('ready', 'leased', 'done')
            )
            SELECT id, state FROM affected
            """,
            [job.value]
        ) { row in (id: try row.id("id") as JobID, state: try row.word("state") as JobState) }
        for dependent in affected {
            if dependent.state == .leased {
                try noteAttempt(
                    of: dependent.id, .cancelled, error: "job \(job), which it depends on, is retried", at: now,
                    in: database)
            }
            try database.run(
                """
                UPDATE jobs SET
                    state = 'blocked', owner = NULL, leased_at = NULL, lease_expires_at = NULL, finished_at = NULL
                WHERE id = ?
                """,
                [dependent.id.value]
            )
        }
        try dropProgressBehind(job, in: database)
    }

    /// A condition on a row of `jobs`: nothing keeps it any more.
    static let dependenciesMet = """
        NOT EXISTS (
            SELECT 1 FROM job_dependencies JOIN jobs AS needed ON needed.id = job_dependencies.depends_on
            WHERE job_dependencies.job = jobs.id AND needed.state <> 'done'
            AND (requirement = 'success' OR needed.state NOT IN ('dead', 'cancelled'))
        )
        """
}
