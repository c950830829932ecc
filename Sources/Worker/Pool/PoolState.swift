internal import Foundation
internal import Store

/// What the threads of a pool share: who is idle, which leases are out, and whether to go on.
///
/// All mutable fields are guarded by `condition`, which is also what idle threads wait on; hence `@unchecked Sendable`.
final class PoolState: @unchecked Sendable {
    private enum Mode {
        case running
        /// Finish what runs, claim nothing.
        case draining
        /// Interrupt what runs at its next checkpoint.
        case stopping
    }

    private let condition = NSCondition()
    private let claiming = NSLock()
    private var mode = Mode.running
    private var pending: [LeasedJob] = []
    private var leased: [JobID: LeasedJob] = [:]
    private var lost: Set<JobID> = []
    private var idle: Int
    private var failure: (any Error)?

    init(workers: Int) {
        idle = workers
    }

    var isRunning: Bool { locked { mode == .running } }

    var isStopping: Bool { locked { mode == .stopping } }

    /// The error that ended the pool, if one did.
    var firstFailure: (any Error)? { locked { failure } }

    /// Leases to keep alive.
    var leases: [LeasedJob] { locked { leased.values.sorted { $0.id < $1.id } } }

    func drain() {
        changing { if mode == .running { mode = .draining } }
    }

    func stop() {
        changing { mode = .stopping }
    }

    func fail(_ error: any Error) {
        changing {
            if failure == nil { failure = error }
            mode = .stopping
        }
    }

    /// The next job for a thread: one that was claimed before, or what `claim` brings for all idle threads.
    ///
    /// Threads claim one after the other, so that two idle ones do not ask for the same batch; nobody else waits.
    func next(claim: (_ limit: Int) throws -> [LeasedJob]) rethrows -> LeasedJob? {
        claiming.lock()
        defer { claiming.unlock() }
        if let job = begin() { return job }
        let limit = locked { mode == .running ? idle : 0 }
        guard limit > 0 else { return nil }
        let jobs = try claim(limit)
        guard !jobs.isEmpty else { return nil }
        changing {
            for job in jobs { leased[job.id] = job }
            pending = jobs
        }
        return begin()
    }

    private func begin() -> LeasedJob? {
        locked {
            guard mode == .running, !pending.isEmpty else { return nil }
            idle -= 1
            return pending.removeFirst()
        }
    }

    /// A thread is done with a job, whatever became of it.
    func end(_ job: LeasedJob) {
        changing {
            leased[job.id] = nil
            lost.remove(job.id)
            idle += 1
        }
    }

    /// Jobs that were claimed and not begun, for handing back.
    func takePending() -> [LeasedJob] {
        locked {
            defer { pending = [] }
            for job in pending { leased[job.id] = nil }
            return pending
        }
    }

    func markLost(_ jobs: [LeasedJob]) {
        locked {
            // A job that ended meanwhile may be back under a new lease: only the token that was lost counts.
            for job in jobs where leased[job.id]?.token == job.token { lost.insert(job.id) }
        }
    }

    func isLost(_ job: LeasedJob) -> Bool { locked { lost.contains(job.id) } }

    /// Waits until something changes in this pool, at most `seconds`.
    func wait(seconds: Double) {
        condition.lock()
        defer { condition.unlock() }
        guard mode == .running, pending.isEmpty else { return }
        _ = condition.wait(until: Date(timeIntervalSinceNow: seconds))
    }

    private func locked<Result>(_ body: () -> Result) -> Result {
        condition.lock()
        defer { condition.unlock() }
        return body()
    }

    /// Wakes the threads that wait: only for what gives them something to do, or their polling would never slow down.
    private func changing<Result>(_ body: () -> Result) -> Result {
        locked {
            defer { condition.broadcast() }
            return body()
        }
    }
}
