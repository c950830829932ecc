internal import GRDB

extension Store {
    /// Writes a job's results and its end, in one transaction that its fencing token guards: both or neither.
    ///
    /// For example:
    ///
    ///     try store.finish(job) { writer throws(StoreError) in
    ///         try writer.insert(shard)
    ///     }
    ///
    /// - Parameter write: Writes results; an error from it leaves job and store as they were. It runs inside the
    ///   transaction, so it must not call the store itself: compute and query before.
    /// - Throws: ``StoreError/staleLease(job:token:)`` if the lease is over, and then `write` is not called;
    ///   what `write` throws; the file errors.
    package func finish(
        _ job: LeasedJob, writing write: (ResultWriter) throws(StoreError) -> Void
    ) throws(StoreError) {
        try writing { database in
            let now = clock.now
            guard try Self.endAttempt(of: job, .done, error: nil, at: now, in: database) else {
                throw StoreError.staleLease(job: job.id, token: job.token)
            }
            try database.run(
                """
                UPDATE jobs SET
                    state = 'done', last_error = NULL, finished_at = ?,
                    owner = NULL, leased_at = NULL, lease_expires_at = NULL
                WHERE id = ?
                """,
                [now.milliseconds, job.id.value]
            )
            try Self.dropProgress(of: job.id, in: database)
            try write(ResultWriter(database: database, job: job, now: now, path: path))
            try Self.unblockDependents(of: job.id, in: database)
        }
    }

    /// Ends an attempt with an error: the job is ready again after a backoff, or dead.
    ///
    /// - Parameters:
    ///   - error: One line, kept with the attempt.
    ///   - retryable: False if another attempt must end the same way: the job is dead at once.
    /// - Returns: When it is ready again; nil if it is dead.
    /// - Throws: ``StoreError/staleLease(job:token:)`` if the lease is over; the file errors.
    @discardableResult
    package func fail(_ job: LeasedJob, error: String, retryable: Bool) throws(StoreError) -> Timestamp? {
        try writing { database in
            let now = clock.now
            guard try Self.endAttempt(of: job, .failed, error: error, at: now, in: database) else {
                throw StoreError.staleLease(job: job.id, token: job.token)
            }
            let failures = job.attemptsMade + 1
            let isDead = !retryable || failures >= job.policy.maximumAttempts
            let returns = isDead ? nil : now + job.policy.delay(ofJob: job.id, afterFailure: failures)
            try database.run(
                """
                UPDATE jobs SET
                    state = ?, attempts_made = ?, last_error = ?, not_before = ?, finished_at = ?,
                    owner = NULL, leased_at = NULL, lease_expires_at = NULL
                WHERE id = ?
                """,
                [
                    (isDead ? JobState.dead : .ready).rawValue, failures, error, returns?.milliseconds ?? 0,
                    isDead ? now.milliseconds : nil, job.id.value,
                ]
            )
            if isDead { try Self.unblockDependents(of: job.id, in: database) }
            return returns
        }
    }
}
