internal import GRDB

extension Store {
    /// Leases up to `limit` ready jobs, highest priority first and then oldest first. Leases that ran out are taken
    /// back on the way.
    ///
    /// Within a scope the order is kept without exception, which makes three rules simple. A heavy job is claimed when no
    /// lease is left, and until then nothing overtakes it. While it runs nothing else is claimed. A job that lost a lease
    /// before is claimed by itself, so that one which kills its process does not take the rest of a batch with it.
    ///
    /// - Parameters:
    ///   - owner: Who claims.
    ///   - lease: How long the jobs stay the worker's without a heartbeat.
    ///   - kinds: What the worker has handlers for; nil for every kind.
    ///   - scope: The jobs that the worker is for; nil for all. Others go no further for it, and their leases count.
    /// - Returns: The leased jobs in their order; empty when none is ready.
    /// - Throws: ``StoreError/busy(path:)``, ``StoreError/full(path:)`` and the other file errors.
    /// - Complexity: O(`limit` log *n*) in the number of ready jobs, plus the leases that are out.
    package func claim(
        upTo limit: Int, as owner: WorkerID, lease: Duration, kinds: [JobKind]? = nil, within scope: JobFilter? = nil
    ) throws(StoreError) -> [LeasedJob] {
        var wanted = scope ?? JobFilter()
        if let kinds { wanted.kinds = kinds }
        // Idle workers ask often: without this look they would queue for the write lock each time.
        let isWorthwhile = try reading { database in
            let now = clock.now
            return try Self.hasLostLeases(at: now, in: database)
                || !Self.candidates(upTo: 1, wanted, at: now, in: database).isEmpty
        }
        guard isWorthwhile, limit > 0 else { return [] }
        return try writing { database in
            let now = clock.now
            try Self.takeBackLostLeases(at: now, in: database)
            let chosen = try Self.choose(upTo: limit, wanted, at: now, in: database)
            guard !chosen.isEmpty else { return [] }
            let leased = try database.rows(
                """
                UPDATE jobs SET
                    state = 'leased', owner = ?, token = token + 1,
                    leased_at = ?, lease_expires_at = ?, started_at = ?, not_before = 0
                WHERE id IN (SELECT value FROM json_each(?))
                RETURNING \(Self.leasedColumns)
                """,
                [
                    owner.rawValue, now.milliseconds, (now + lease).milliseconds, now.milliseconds,
                    "[\(chosen.map(\.description).joined(separator: ","))]",
                ],
                Self.leasedJob
            )
            let byID = Dictionary(uniqueKeysWithValues: leased.map { ($0.id, $0) })
            return chosen.compactMap { byID[$0] }
        }
    }

    private struct Candidate {
        let id: JobID
        let isHeavy: Bool
        let isSuspect: Bool
    }

    private static func choose(
        upTo limit: Int, _ wanted: JobFilter, at now: Timestamp, in database: Database
    ) throws -> [JobID] {
        let candidates = try candidates(upTo: limit, wanted, at: now, in: database)
        guard let head = candidates.first else { return [] }
        // 'heavy' < 'light', so the least class among the leases tells whether a heavy job runs.
        let running: String? =
            try database.first(
                "SELECT min(resource_class) AS class FROM jobs INDEXED BY jobs_leased WHERE state = 'leased'"
            ) { try $0.optional("class") } ?? nil
        if running == ResourceClass.heavy.rawValue { return [] }
        if head.isHeavy { return running == nil ? [head.id] : [] }
        if head.isSuspect { return [head.id] }
        return candidates.prefix { !$0.isHeavy && !$0.isSuspect }.map(\.id)
    }

    /// A backoff never lasts longer than its maximum: one that seems to was written before the clock jumped back.
    private static func candidates(
        upTo limit: Int, _ wanted: JobFilter, at now: Timestamp, in database: Database
    ) throws -> [Candidate] {
        let (condition, arguments) = try wanted.condition()
        return try database.rows(
            selectCandidates(condition), arguments.merging(["now": now.milliseconds, "limit": limit])
        ) { row in
            Candidate(
                id: try row.id("id"), isHeavy: try row.value("resource_class") == ResourceClass.heavy.rawValue,
                isSuspect: try row.value("leases_lost") > 0)
        }
    }

    /// The statement that finds what can be claimed.
    ///
    /// - Parameter condition: Of a ``JobFilter``.
    package static func selectCandidates(_ condition: String) -> String {
        """
        SELECT id, resource_class, leases_lost FROM jobs
        WHERE state = 'ready' AND (not_before <= :now OR not_before - :now > backoff_maximum)
        AND \(condition)
        ORDER BY priority DESC, id
        LIMIT :limit
        """
    }

    /// The columns that ``leasedJob(_:)`` reads.
    static let leasedColumns = """
        id, kind, key, payload, model, layer, degree, fitter, settings_hash, resource_class, timeout, maximum_attempts, maximum_losses,
        backoff_base, backoff_maximum, attempts_made, leases_lost, owner, token, lease_expires_at
        """

    static func leasedJob(_ row: Row) throws -> LeasedJob {
        LeasedJob(
            id: try row.id("id"), kind: JobKind(rawValue: try row.value("kind")), key: try row.value("key"),
            payload: try row.value("payload"), model: try row.optionalID("model"), layer: try row.optionalID("layer"),
            degree: try row.optional("degree"), fitter: try row.optional("fitter"),
            settingsHash: try row.optional("settings_hash"), resourceClass: try row.word("resource_class"),
            timeout: (try row.optional("timeout") as Int64?).map { .milliseconds($0) },
            policy: try row.policy(), attemptsMade: try row.value("attempts_made"),
            leasesLost: try row.value("leases_lost"), owner: WorkerID(rawValue: try row.value("owner")),
            token: try row.value("token"), leaseExpiresAt: try row.time("lease_expires_at")
        )
    }
}

extension Row {
    /// The retry policy that stands in a row of the table of jobs.
    func policy() throws -> RetryPolicy {
        RetryPolicy(
            maximumAttempts: try value("maximum_attempts"), maximumLosses: try value("maximum_losses"),
            backoff: .milliseconds(try value("backoff_base") as Int64),
            maximumBackoff: .milliseconds(try value("backoff_maximum") as Int64)
        )
    }
}
