internal import GRDB

extension Store {
    /// Adds jobs with their dependencies, in one transaction. A job whose key is known already is left as it is, so the same
    /// call twice adds nothing; only where it waits for the success of a job whose end is enough here, that is now enough.
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
            try database.run(
                "INSERT OR IGNORE INTO sweep_jobs (sweep, job) SELECT ?, value FROM json_each(?)",
                [id.value, "[\(ids.map(\.description).joined(separator: ","))]"]
            )
            return (id, outcome)
        }
    }

    /// - Returns: The job of each element, in order, and what changed.
    static func enqueue(
        _ jobs: [NewJob], at now: Timestamp, in database: Database
    ) throws -> (jobs: [JobID], outcome: EnqueueOutcome) {
        var known = KnownJobs(database: database)
        // Looked up first: an insert that hits a conflict would use up a number.
        try known.lookUp(jobs.map(\.key))
        var insertion = try JobInsertion(in: database, at: now)
        var outcome = EnqueueOutcome()
        var ids: [JobID] = []
        var waiting: [(id: JobID, job: NewJob)] = []
        var present: [(id: JobID, job: NewJob)] = []
        var isNew: Set<JobID> = []
        ids.reserveCapacity(jobs.count)
        for job in jobs {
            if let entry = known[job.key] {
                outcome.known[entry.state, default: 0] += 1
                ids.append(entry.id)
                if !isNew.contains(entry.id) { present.append((entry.id, job)) }
                continue
            }
            let added = try insertion.insert(job)
            known[job.key] = added
            outcome.added += 1
            ids.append(added.id)
            isNew.insert(added.id)
            if !job.dependencies.isEmpty { waiting.append((added.id, job)) }
        }
        try insertion.finish()
        try known.lookUp(waiting.flatMap { $0.job.dependencies.map(\.key) })
        for (id, job) in waiting {
            for dependency in job.dependencies {
                guard let target = known[dependency.key]?.id else {
                    throw StoreError.unknownDependency(job: job.key, dependency: dependency.key)
                }
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
        for (id, job) in present {
            try weaken(id, as: job, in: database)
        }
        return (ids, outcome)
    }

    /// Lets a job that is there go without success where whoever asks for it again can do without.
    private static func weaken(_ job: JobID, as wanted: NewJob, in database: Database) throws {
        let needed = Set(wanted.dependencies.filter { $0.requirement == .success }.map(\.key))
        let enough = Set(wanted.dependencies.map(\.key)).subtracting(needed)
        guard !enough.isEmpty else { return }
        try database.run(
            """
            UPDATE job_dependencies SET requirement = 'completion'
            WHERE job = ? AND requirement = 'success'
            AND depends_on IN (SELECT jobs.id FROM json_each(?) AS wanted CROSS JOIN jobs ON jobs.key = wanted.value)
            """,
            [job.value, try CanonicalJSON.text(of: enough.sorted())])
        try unblock(job, in: database)
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
