internal import GRDB

extension Store {
    /// Adds jobs with their dependencies, in one transaction. A job whose key is known already is left as it is,
    /// so the same call twice adds nothing.
    ///
    /// - Throws: ``StoreError/unknownDependency(job:dependency:)`` if a new job depends on a key that is nowhere.
    /// - Complexity: O(jobs + dependencies), times the logarithm of the jobs in the store.
    @discardableResult
    package func enqueue(_ jobs: [NewJob]) throws(StoreError) -> EnqueueOutcome {
        try writing { try Self.enqueue(jobs, at: clock.now, in: $0).outcome }
    }

    /// Adds a sweep and its jobs, in one transaction. The same sweep twice is one sweep.
    ///
    /// - Throws: ``StoreError/unknownDependency(job:dependency:)`` if a new job depends on a key that is nowhere.
    @discardableResult
    package func enqueue(
        _ sweep: NewSweep, jobs: [NewJob]
    ) throws(StoreError) -> (sweep: SweepID, outcome: EnqueueOutcome) {
        try writing { database in
            let now = clock.now
            let (ids, outcome) = try Self.enqueue(jobs, at: now, in: database)
            let id = try Self.insert(sweep, at: now, in: database)
            for job in ids {
                try database.run("INSERT OR IGNORE INTO sweep_jobs (sweep, job) VALUES (?, ?)", [id.value, job.value])
            }
            return (id, outcome)
        }
    }

    /// - Returns: The job of each element, in order, and what changed.
    static func enqueue(
        _ jobs: [NewJob], at now: Timestamp, in database: Database
    ) throws -> (jobs: [JobID], outcome: EnqueueOutcome) {
        var outcome = EnqueueOutcome()
        var ids: [JobID] = []
        var numbers: [String: JobID] = [:]
        var waiting: [(id: JobID, job: NewJob)] = []
        ids.reserveCapacity(jobs.count)
        for job in jobs {
            if let known = try known(job.key, in: database) {
                outcome.known[known.state, default: 0] += 1
                ids.append(known.id)
                continue
            }
            // Looked up first: an insert that hits a conflict would use up a number.
            let id = try insert(job, at: now, in: database)
            outcome.added += 1
            ids.append(id)
            numbers[job.key] = id
            if !job.dependencies.isEmpty { waiting.append((id, job)) }
        }
        for (id, job) in waiting {
            for dependency in job.dependencies {
                guard let target = try numbers[dependency.key] ?? known(dependency.key, in: database)?.id else {
                    throw StoreError.unknownDependency(job: job.key, dependency: dependency.key)
                }
                numbers[dependency.key] = target
                try database.run(
                    """
                    INSERT INTO job_dependencies (job, depends_on, requirement) VALUES (?, ?, ?)
                    ON CONFLICT (job, depends_on) DO UPDATE
                    SET requirement = 'success' WHERE excluded.requirement = 'success'
                    """,
                    [id.value, target.value, dependency.requirement.rawValue]
                )
            }
        }
        for (id, _) in waiting {
            try unblock(id, in: database)
        }
        return (ids, outcome)
    }

    private static func known(_ key: String, in database: Database) throws -> (id: JobID, state: JobState)? {
        try database.first("SELECT id, state FROM jobs WHERE key = ?", [key]) { row in
            (id: try row.id("id") as JobID, state: try row.word("state") as JobState)
        }
    }

    private static func insert(_ job: NewJob, at now: Timestamp, in database: Database) throws -> JobID {
        try database.run(
            """
            INSERT INTO jobs (
                kind, key, state, priority, resource_class, model, layer, degree, fitter, settings_hash, payload,
                maximum_attempts, maximum_losses, backoff_base, backoff_maximum, timeout, created_at
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                job.kind.rawValue, job.key, (job.dependencies.isEmpty ? JobState.ready : .blocked).rawValue,
                job.priority, job.resourceClass.rawValue, job.model?.value, job.layer?.value, job.degree, job.fitter,
                job.settingsHash, job.payload, job.policy.maximumAttempts, job.policy.maximumLosses,
                job.policy.backoff.milliseconds, job.policy.maximumBackoff.milliseconds,
                job.timeout.map { max(1, $0.milliseconds) }, now.milliseconds,
            ]
        )
        return JobID(database.lastInsertedRowID)
    }

    private static func insert(_ sweep: NewSweep, at now: Timestamp, in database: Database) throws -> SweepID {
        try database.run(
            "INSERT INTO sweeps (model, key, settings, created_at) VALUES (?, ?, ?, ?) ON CONFLICT (key) DO NOTHING",
            [sweep.model.value, sweep.key, sweep.settings, now.milliseconds]
        )
        let id: SweepID? = try database.first("SELECT id FROM sweeps WHERE key = ?", [sweep.key]) { try $0.id("id") }
        guard let id else { throw StoreError.unknown(kind: "sweep", name: sweep.key, known: []) }
        return id
    }
}
