internal import Logging
internal import Store

/// Settles the leases of worker processes that have ended. A busy store is asked again: what is not settled here would
/// wait until the lease runs out.
struct Leftovers {
    private static let attempts = 6

    let store: Store
    let logger: Logger

    /// The leases whose owner passes `test`, the job that was running first.
    func leases(of test: (WorkerID) -> Bool) throws -> [LeasedJob] {
        try persistently { try store.leases() }.filter { test($0.owner) }
    }

    /// What `body` reads; nil if the store is busy now.
    func reading<Result>(_ body: () throws -> Result) throws -> Result? {
        do {
            return try body()
        } catch StoreError.busy {
            return nil
        }
    }

    /// Settles the jobs of a process of ours.
    func settle(_ held: [LeasedJob], after end: ChildEnd) throws {
        release(Array(held.dropFirst()))
        guard let job = held.first else {
            if end.verdict == nil { logger.notice("worker process \(end.number) \(end.summary), without a job") }
            if case .failed(let reason, _) = end.verdict { logger.warning("worker process \(end.number) \(reason)") }
            return
        }
        switch end.verdict {
        case .stopped:
            release([job])
        case .failed(_, let guilty?) where guilty.id != job.id || guilty.token != job.token:
            // It finished at the last moment.
            release([job])
        case .failed(let reason, _):
            try fail(job, reason)
        case nil:
            try lose(job, "worker process \(end.number) \(end.summary)", cause: end.cause)
        }
    }

    /// Takes back what is held by processes of this machine that are no more.
    ///
    /// - Parameter own: Workers whose ends we are told anyway.
    /// - Returns: All leases, as they were before; nil if the store is busy.
    func sweep(sparing own: [WorkerID]) throws -> [LeasedJob]? {
        guard let leases = try reading({ try store.leases() }) else { return nil }
        for (owner, held) in Dictionary(grouping: leases, by: \.owner)
        where !own.contains(owner) && Machine.hasEnded(owner) {
            release(Array(held.dropFirst()))
            for job in held.prefix(1) {
                try lose(job, "worker process \(owner) is gone, together with its supervisor", cause: .unknown)
            }
        }
        return leases
    }

    func release(_ jobs: [LeasedJob]) {
        guard !jobs.isEmpty else { return }
        do {
            _ = try persistently { try store.release(jobs) }
        } catch {
            logger.warning("\(jobs.count) jobs could not be handed back: \(error)")
        }
    }

    private func fail(_ job: LeasedJob, _ reason: String) throws {
        try ifStillHeld {
            let next = try store.fail(job, error: reason, retryable: true)
            log(job, reason, isDead: next == nil)
        }
    }

    private func lose(_ job: LeasedJob, _ reason: String, cause: LossCause) throws {
        try ifStillHeld {
            let isDead = try store.lose(job, error: reason, cause: cause)
            log(job, reason, isDead: isDead)
        }
    }

    private func log(_ job: LeasedJob, _ reason: String, isDead: Bool) {
        logger.log(
            level: isDead ? .error : .warning,
            "job \(job.id) (\(job.kind)) \(isDead ? "failed for good" : "is taken back"): \(reason)",
            metadata: [FailureLog.cause: "\(reason)"])
    }

    /// Whoever was quicker has settled it.
    private func ifStillHeld(_ body: () throws -> Void) throws {
        do {
            try persistently(body)
        } catch StoreError.staleLease {
            return
        }
    }

    private func persistently<Result>(_ body: () throws -> Result) throws -> Result {
        for _ in 1..<Self.attempts {
            do {
                return try body()
            } catch StoreError.busy {
                logger.notice("the store is busy; trying again")
            }
        }
        return try body()
    }
}
