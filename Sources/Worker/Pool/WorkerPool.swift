internal import Dispatch
internal import Foundation
package import Logging
internal import Scheduler
package import Store

/// Threads of one process that claim jobs, run their handlers and write the results.
///
/// Every job runs on one thread from beginning to end. Leases are kept alive from a thread of their own, so a handler
/// may compute for as long as it likes.
///
/// For example:
///
///     let pool = WorkerPool(store: store, handlers: handlers, settings: .init(workers: 2), logger: logger)
///     try pool.run()  // until nothing is left to do
package final class WorkerPool: Sendable {
    package struct Settings: Sendable {
        /// Jobs at a time.
        package var workers: Int
        /// How long a job stays ours without a heartbeat.
        package var lease: Duration
        /// Whether to wait for new jobs when none is left.
        package var watches: Bool
        /// Ends the run when the jobs it names are settled, whatever else there is; all jobs if nil.
        package var until: JobFilter?

        package init(workers: Int, lease: Duration = .seconds(30), watches: Bool = false, until: JobFilter? = nil) {
            self.workers = workers
            self.lease = lease
            self.watches = watches
            self.until = until
        }
    }

    private let store: Store
    private let handlers: [JobKind: any JobHandler]
    private let settings: Settings
    private let logger: Logger
    private let state: PoolState
    private let provenance: Provenance

    package init(store: Store, handlers: [any JobHandler], settings: Settings, logger: Logger) {
        precondition(settings.workers > 0, "a pool has at least one worker")
        self.store = store
        self.handlers = Dictionary(uniqueKeysWithValues: handlers.map { ($0.kind, $0) })
        self.settings = settings
        self.logger = logger
        state = PoolState(workers: settings.workers)
        provenance = Provenance(
            host: ProcessInfo.processInfo.hostName, threads: 1, version: BuildVersion.number,
            gitCommit: BuildVersion.commit
        )
    }

    /// Works until nothing is left, or for ever if it watches; blocks the calling thread meanwhile.
    ///
    /// - Throws: The error that made going on pointless, such as ``StoreError/full(path:)``. Jobs that were running are
    ///   handed back or, where even that fails, return when their leases run out.
    package func run() throws {
        let heartbeat = Heartbeat(store: store, state: state, lease: settings.lease, logger: logger)
        heartbeat.start()
        defer { heartbeat.stop() }
        let threads = DispatchGroup()
        let process = "\(provenance.host)/\(ProcessInfo.processInfo.processIdentifier)"
        for number in 1...settings.workers {
            // A serial queue each has a thread of its own; a concurrent one would stop at the number of cores.
            DispatchQueue(label: "centroid.worker.\(number)").async(group: threads) {
                self.work(as: WorkerID(rawValue: "\(process)/\(number)"))
            }
        }
        threads.wait()
        let unbegun = state.takePending()
        if let failure = state.firstFailure {
            // What ended the pool may well prevent this too; then the leases run out by themselves.
            _ = try? store.release(unbegun)
            throw failure
        }
        try store.release(unbegun)
    }

    /// Claims nothing more; ``run()`` returns when the running jobs are finished. From any thread.
    package func drain() {
        state.drain()
    }

    /// Interrupts the running jobs at their next checkpoint and hands them back. From any thread.
    package func stop() {
        state.stop()
    }

    private func work(as worker: WorkerID) {
        let kinds = handlers.keys.sorted { $0.rawValue < $1.rawValue }
        var pause = 0.02
        while state.isRunning {
            do {
                let job = try state.next { limit in
                    try store.claim(upTo: limit, as: worker, lease: settings.lease, kinds: kinds)
                }
                guard let job else {
                    if try isFinished() {
                        state.drain()
                        return
                    }
                    state.wait(seconds: pause)
                    pause = min(pause * 1.5, 0.5)
                    continue
                }
                pause = 0.02
                defer { state.end(job) }
                try run(job)
            } catch StoreError.busy {
                logger.notice("the store is busy; trying again")
            } catch {
                state.fail(error)
                return
            }
        }
    }

    private func isFinished() throws -> Bool {
        guard !settings.watches else { return false }
        // Jobs of kinds that only a later version knows are left to it.
        let counts = try settings.until.map { try store.jobCounts($0) } ?? store.jobCounts()
        return JobCounts(counts: counts.counts.filter { handlers[$0.key] != nil }).isSettled
    }

    /// Runs one job and writes its end. Only errors of the store itself come out.
    private func run(_ job: LeasedJob) throws {
        do {
            try finish(job)
        } catch StoreError.staleLease {
            logger.warning(
                "the lease of job \(job.id) was lost; its result is dropped", metadata: ["key": "\(job.key)"])
        } catch JobInterruption.leaseLost {
            logger.warning("the lease of job \(job.id) was lost; it is left to others", metadata: ["key": "\(job.key)"])
        } catch JobInterruption.stopped {
            try store.release([job])
        } catch {
            // Rooms above the store pass its errors on inside their own.
            let cause: any Error = if case SchedulerError.store(let inner) = error { inner } else { error }
            guard let trouble = cause as? StoreError, trouble.endsThePool else { return try fail(job, cause) }
            _ = try? store.release([job])
            throw trouble
        }
    }

    private func finish(_ job: LeasedJob) throws {
        guard let handler = handlers[job.kind] else {
            preconditionFailure("claimed a \(job.kind) job without a handler")
        }
        let started = ContinuousClock.now
        let result = try handler.run(job) { [state] _ in
            if state.isStopping { throw JobInterruption.stopped }
            if state.isLost(job) { throw JobInterruption.leaseLost }
            if let limit = job.timeout, ContinuousClock.now - started > limit {
                throw JobInterruption.timedOut(after: limit)
            }
        }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        let timing = Timing(seconds: seconds, images: result.images, provenance: provenance)
        try patiently(job) {
            try store.finish(job) { writer throws(StoreError) in
                try result.write(writer)
                try writer.insert(timing)
            }
        }
    }

    /// Tries a write again while others hold the store: what was computed is not thrown away for that.
    private func patiently(_ job: LeasedJob, _ write: () throws -> Void) throws {
        while true {
            do {
                return try write()
            } catch StoreError.busy {
                if state.isLost(job) { throw JobInterruption.leaseLost }
                if state.isStopping { throw JobInterruption.stopped }
                logger.notice("the store is busy; the result of job \(job.id) waits")
            }
        }
    }

    private func fail(_ job: LeasedJob, _ error: any Error) throws {
        let retryable = !FinalFailure.includes(error)
        do {
            try patiently(job) {
                let next = try store.fail(job, error: "\(error)", retryable: retryable)
                logger.log(
                    level: next == nil ? .error : .warning,
                    "job \(job.id) (\(job.key)) failed\(next == nil ? " for good" : ", again later"): \(error)"
                )
            }
        } catch StoreError.staleLease {
            logger.warning("the lease of failed job \(job.id) was lost", metadata: ["key": "\(job.key)"])
        }
    }
}
