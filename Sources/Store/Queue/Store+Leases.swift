internal import GRDB

extension Store {
    /// Extends leases, for all of `jobs` in one transaction. Call it at a third of the lease.
    ///
    /// - Returns: Those of `jobs` whose lease is over: taken by another worker, cancelled or reopened. What they would
    ///   still write is going to be refused, so their handlers may stop.
    /// - Throws: ``StoreError/busy(path:)``, after which the next heartbeat is still in time, and the file errors.
    package func heartbeat(_ jobs: [LeasedJob], lease: Duration) throws(StoreError) -> [LeasedJob] {
        guard !jobs.isEmpty else { return [] }
        return try writing { database in
            let now = clock.now
            return try jobs.filter { job in
                try database.run(
                    """
                    UPDATE jobs SET leased_at = ?, lease_expires_at = ?
                    WHERE id = ? AND token = ? AND state = 'leased'
                    """,
                    [now.milliseconds, (now + lease).milliseconds, job.id.value, job.token]
                ) == 0
            }
        }
    }

    /// Hands jobs back unharmed, as a worker does that is asked to stop: they are ready at once and no attempt counts.
    ///
    /// - Returns: Those of `jobs` whose lease was over already.
    /// - Throws: The file errors of ``StoreError``.
    @discardableResult
    package func release(_ jobs: [LeasedJob]) throws(StoreError) -> [LeasedJob] {
        guard !jobs.isEmpty else { return [] }
        return try writing { database in
            let now = clock.now
            return try jobs.filter { job in
                guard try Self.endAttempt(of: job, .released, error: nil, at: now, in: database) else { return true }
                try database.run(
                    """
                    UPDATE jobs SET state = 'ready', owner = NULL, leased_at = NULL, lease_expires_at = NULL
                    WHERE id = ?
                    """,
                    [job.id.value]
                )
                return false
            }
        }
    }

    /// A lease is lost when its time is over, or when it was taken at a time that has not come yet by more than its
    /// own length: then the clock jumped back, and waiting for it could take hours.
    ///
    /// The index is named because SQLite, which does not know how few leases there are, would read every job.
    package static let selectLostLeases = """
        SELECT id, owner, leases_lost, maximum_losses FROM jobs INDEXED BY jobs_leased
        WHERE state = 'leased' AND (lease_expires_at <= :now OR leased_at - :now > lease_expires_at - leased_at)
        """

    static func hasLostLeases(at now: Timestamp, in database: Database) throws -> Bool {
        try database.first(selectLostLeases, ["now": now.milliseconds]) { _ in true } ?? false
    }

    /// Makes jobs with lost leases ready again, or dead if they lost too many.
    static func takeBackLostLeases(at now: Timestamp, in database: Database) throws {
        let lost = try database.rows(
            selectLostLeases + " ORDER BY id", ["now": now.milliseconds]
        ) { row in
            (
                id: try row.id("id") as JobID, owner: WorkerID(rawValue: try row.value("owner")),
                isLast: try row.value("leases_lost") + 1 >= (try row.value("maximum_losses") as Int)
            )
        }
        for job in lost {
            let error = "the lease ran out: worker \(job.owner) stopped, hung or was killed"
            try noteAttempt(of: job.id, .lost, error: error, at: now, in: database)
            try returnLost(job.id, error: error, losses: 1, isLast: job.isLast, at: now, in: database)
        }
    }

    /// Makes a job ready again whose lease was lost, or dead.
    ///
    /// - Parameters:
    ///   - losses: What the loss adds to the count of losses.
    ///   - isLast: Whether that count has reached its maximum.
    static func returnLost(
        _ job: JobID, error: String, losses: Int, isLast: Bool, at now: Timestamp, in database: Database
    ) throws {
        try database.run(
            """
            UPDATE jobs SET
                state = ?, leases_lost = leases_lost + ?, last_error = ?, finished_at = ?,
                owner = NULL, leased_at = NULL, lease_expires_at = NULL
            WHERE id = ?
            """,
            [
                (isLast ? JobState.dead : .ready).rawValue, losses, error, isLast ? now.milliseconds : nil, job.value,
            ]
        )
        if isLast { try unblockDependents(of: job, in: database) }
    }
}
