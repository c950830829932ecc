internal import GRDB

extension Store {
    /// Takes back jobs that are not finished: those that wait, and those that workers hold, whose writes will be
    /// refused. Jobs that need them stay blocked; jobs that only wait for their end go on.
    ///
    /// - Returns: How many jobs are cancelled now that were not before.
    /// - Throws: The file errors of ``StoreError``.
    @discardableResult
    package func cancel(_ filter: JobFilter) throws(StoreError) -> Int {
        try writing { database in
            let now = clock.now
            let jobs = try Self.numbers(of: filter, in: [.blocked, .ready, .leased], database)
            for job in jobs {
                try Self.noteAttempt(of: job, .cancelled, error: nil, at: now, in: database)
                try database.run(
                    """
                    UPDATE jobs SET
                        state = 'cancelled', finished_at = ?, owner = NULL, leased_at = NULL, lease_expires_at = NULL
                    WHERE id = ?
                    """,
                    [now.milliseconds, job.value]
                )
                try Self.dropProgress(of: job, in: database)
            }
            for job in jobs {
                try Self.unblockDependents(of: job, in: database)
            }
            return jobs.count
        }
    }

    /// Gives dead and cancelled jobs all their attempts again; the record of the earlier ones stays. Whatever was made
    /// without them waits for them and is made again. A dead job that had saved its state goes on from it.
    ///
    /// Done jobs are done again only where the filter names that state: that is how a result which was lost comes back.
    ///
    /// - Returns: How many jobs have another chance.
    /// - Throws: The file errors of ``StoreError``.
    @discardableResult
    package func retry(_ filter: JobFilter) throws(StoreError) -> Int {
        try writing { database in
            let now = clock.now
            let chances: [JobState] = filter.states == nil ? [.dead, .cancelled] : [.done, .dead, .cancelled]
            let jobs = try Self.numbers(of: filter, in: chances, database)
            for job in jobs {
                try database.run(
                    """
                    DELETE FROM job_states
                    WHERE job = ? AND (SELECT state FROM jobs WHERE id = job_states.job) <> 'dead'
                    """,
                    [job.value])
                try database.run(
                    """
                    UPDATE jobs SET
                        state = 'blocked', attempts_made = 0, leases_lost = 0, not_before = 0, finished_at = NULL
                    WHERE id = ?
                    """,
                    [job.value]
                )
            }
            for job in jobs {
                try Self.reopenDependents(of: job, at: now, in: database)
            }
            for job in jobs {
                try Self.unblock(job, in: database)
            }
            return jobs.count
        }
    }

    private static func numbers(
        of filter: JobFilter, in states: [JobState], _ database: Database
    ) throws -> [JobID] {
        var filter = filter
        filter.states = states.filter { filter.states?.contains($0) ?? true }
        let (sql, arguments) = try filter.condition()
        return try database.rows("SELECT id FROM jobs WHERE \(sql) ORDER BY id", arguments) { try $0.id("id") }
    }
}
