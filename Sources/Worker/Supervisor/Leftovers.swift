internal import Logging
internal import Store

/// Settles the leases of worker processes that have ended: what is not settled here waits until the lease runs out.
///
/// A store that is busy is no error, and nothing waits for it: the leases still stand, so the same call later does what
/// is left.
struct Leftovers {
    let store: Store
    let logger: Logger

    /// What `body` reads or writes; nil if the store is busy now.
    func trying<Result>(_ body: () throws -> Result) throws -> Result? {
        do {
            return try body()
        } catch StoreError.busy {
            return nil
        }
    }

    /// Settles the jobs of a process of ours that has ended: one is to blame at most, the others go back unharmed.
    ///
    /// - Returns: The job that the process ran, if it still held it; nil in place of all if the store is busy.
    func settle(_ child: ChildProcess, after end: ChildEnd) throws -> Settlement? {
        try trying {
            let held = try store.leases().filter { $0.owner == child.name }
            let running = held.first(where: child.hasBegun)
            let blamed = held.first { job in end.guilty.map { $0.isSame(as: job) } ?? child.hasBegun(job) }
            try store.release(held.filter { $0.id != blamed?.id || end.verdict == .stopped })
            if let blamed { try settle(blamed, after: end) }
            if held.isEmpty, end.verdict == nil {
                logger.notice("worker process \(end.number) \(end.summary), without a job")
            }
            return Settlement(job: running)
        }
    }

    /// What a process of ours held when it ended.
    struct Settlement {
        let job: LeasedJob?
    }

    private func settle(_ job: LeasedJob, after end: ChildEnd) throws {
        switch end.verdict {
        case .stopped: break
        case .failed(let reason, _): try fail(job, reason)
        case nil: try lose(job, "worker process \(end.number) \(end.summary)", cause: end.cause)
        }
    }

    /// Hands back what a process of ours held that is done with its work.
    ///
    /// - Returns: Whether that is done; false if the store is busy.
    func release(_ child: ChildProcess) throws -> Bool {
        try trying { try store.release(store.leases().filter { $0.owner == child.name }) } != nil
    }

    /// Takes back what is held by processes of this machine that are no more. Which of its jobs such a process ran is
    /// not known any more: most likely the first.
    ///
    /// - Parameter own: Workers whose ends we are told anyway.
    /// - Returns: All leases, as they were before; nil if the store is busy.
    func sweep(sparing own: [WorkerID]) throws -> [LeasedJob]? {
        try trying {
            let leases = try store.leases()
            for (owner, held) in Dictionary(grouping: leases, by: \.owner)
            where !own.contains(owner) && Machine.hasEnded(owner) {
                try store.release(Array(held.dropFirst()))
                for job in held.prefix(1) {
                    try lose(job, "worker process \(owner) is gone, together with its supervisor", cause: .unknown)
                }
            }
            return leases
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
            try body()
        } catch StoreError.staleLease {
            return
        }
    }
}

extension LeasedJob {
    /// Whether both are the same claim of the same job, whatever became of its lease meanwhile.
    func isSame(as other: LeasedJob) -> Bool { id == other.id && token == other.token }
}
