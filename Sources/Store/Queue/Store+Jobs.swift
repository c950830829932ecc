internal import GRDB

extension Store {
    /// Jobs in the order of their numbers.
    ///
    /// - Parameters:
    ///   - filter: Which of them.
    ///   - limit: At most so many.
    ///   - after: Only jobs with a greater number, for reading on.
    package func jobs(
        _ filter: JobFilter = JobFilter(), limit: Int = 1000, after: JobID? = nil
    ) throws(StoreError) -> [JobRecord] {
        try reading { database in
            var (sql, arguments) = try filter.condition()
            arguments = arguments.merging(["limit": limit])
            if let after {
                sql += " AND jobs.id > :after"
                arguments = arguments.merging(["after": after.value])
            }
            return try database.rows(
                "\(Self.selectJobs) WHERE \(sql) ORDER BY jobs.id LIMIT :limit", arguments, Self.job)
        }
    }

    /// Whether a job is ready or leased, of those that `filter` names. One look at both states: a job that goes from one
    /// to the other between two looks, or is enqueued by the end of another, would be missed.
    package func hasOpenJobs(_ filter: JobFilter) throws(StoreError) -> Bool {
        try reading { database in
            for state in [JobState.leased, .ready] {
                var open = filter
                open.states = [state]
                let (sql, arguments) = try open.condition()
                let found = try database.first("SELECT 1 FROM jobs WHERE \(sql) LIMIT 1", arguments) { _ in true }
                if found == true { return true }
            }
            return false
        }
    }

    /// The job with this key; nil if there is none.
    package func job(key: String) throws(StoreError) -> JobRecord? {
        try reading { try $0.first("\(Self.selectJobs) WHERE key = ?", [key], Self.job) }
    }

    /// - Throws: ``StoreError/unknown(kind:name:known:)`` if there is no such job.
    package func job(_ id: JobID) throws(StoreError) -> JobRecord {
        try reading { database in
            guard let job = try database.first("\(Self.selectJobs) WHERE id = ?", [id.value], Self.job) else {
                throw StoreError.unknown(kind: "job", name: "\(id)", known: [])
            }
            return job
        }
    }

    /// The dependencies that keep a job blocked; empty for jobs in any other state.
    package func blockers(of job: JobID) throws(StoreError) -> [Blocker] {
        try reading { database in
            try database.rows(
                """
                SELECT needed.id, needed.kind, needed.key, needed.state, requirement
                FROM job_dependencies
                JOIN jobs AS blocked ON blocked.id = job_dependencies.job
                JOIN jobs AS needed ON needed.id = job_dependencies.depends_on
                WHERE blocked.id = ? AND blocked.state = 'blocked' AND needed.state <> 'done'
                AND (requirement = 'success' OR needed.state NOT IN ('dead', 'cancelled'))
                ORDER BY needed.id
                """,
                [job.value]
            ) { row in
                Blocker(
                    id: try row.id("id"), kind: JobKind(rawValue: try row.value("kind")), key: try row.value("key"),
                    state: try row.word("state"), requirement: try row.word("requirement")
                )
            }
        }
    }

    /// Sweeps of a model, or of every model, newest first.
    package func sweeps(of model: ModelID? = nil) throws(StoreError) -> [SweepRecord] {
        try reading { database in
            try database.rows(
                "SELECT * FROM sweeps WHERE ?1 IS NULL OR model = ?1 ORDER BY id DESC", [model?.value]
            ) { row in
                SweepRecord(
                    id: try row.id("id"), model: try row.id("model"), key: try row.value("key"),
                    settings: try row.value("settings"), createdAt: try row.time("created_at"))
            }
        }
    }

    private static let selectJobs = """
        SELECT jobs.*, (SELECT progress FROM job_states WHERE job = jobs.id) AS progress FROM jobs
        """

    private static func job(_ row: Row) throws -> JobRecord {
        JobRecord(
            id: try row.id("id"), kind: JobKind(rawValue: try row.value("kind")), key: try row.value("key"),
            state: try row.word("state"), priority: try row.value("priority"),
            resourceClass: try row.word("resource_class"), model: try row.optionalID("model"),
            layer: try row.optionalID("layer"), degree: try row.optional("degree"),
            fitter: try row.optional("fitter"), settingsHash: try row.optional("settings_hash"),
            payload: try row.value("payload"), policy: try row.policy(), attemptsMade: try row.value("attempts_made"),
            leasesLost: try row.value("leases_lost"), notBefore: try row.time("not_before"),
            owner: (try row.optional("owner") as String?).map { WorkerID(rawValue: $0) },
            token: try row.value("token"), leaseExpiresAt: try row.optionalTime("lease_expires_at"),
            createdAt: try row.time("created_at"), startedAt: try row.optionalTime("started_at"),
            finishedAt: try row.optionalTime("finished_at"), lastError: try row.optional("last_error"),
            progress: try row.optional("progress")
        )
    }
}
