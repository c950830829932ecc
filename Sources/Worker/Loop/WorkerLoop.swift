internal import Foundation
package import Logging
package import Store

/// The work of one worker process: claims jobs, runs their handlers one after the other and writes their ends.
///
/// A job runs on the thread that called ``run()``, from beginning to end. Leases are kept alive from another, so a
/// handler may compute for as long as it likes.
package final class WorkerLoop: Sendable {
    package struct Settings: Sendable {
        /// How long a job stays ours without a heartbeat.
        package var lease: Duration
        /// How long jobs of a kind may run, where that differs from what the jobs themselves say.
        package var timeouts: [JobKind: Duration]
        /// Bytes that the process may use.
        package var memory: Int
        /// Bytes that it may use for a heavy job, which is alone in the store.
        package var heavyMemory: Int
        /// The jobs that the worker is for; nil for all.
        package var scope: JobFilter?

        package init(
            lease: Duration = .seconds(30), timeouts: [JobKind: Duration] = [:],
            memory: Int = Memory.standardLimit(workers: Machine.cores),
            heavyMemory: Int = Memory.standardLimit(workers: 1), scope: JobFilter? = nil
        ) {
            self.lease = lease
            self.timeouts = timeouts
            self.memory = memory
            self.heavyMemory = heavyMemory
            self.scope = scope
        }
    }

    private let store: Store
    private let handlers: [JobKind: any JobHandler]
    private let settings: Settings
    private let name: WorkerID
    private let logger: Logger
    private let state = LoopState()
    private let keeper: LeaseKeeper
    private let announce: @Sendable (LeasedJob) -> Void

    /// - Parameters:
    ///   - name: Who claims: the process in which the loop runs.
    ///   - announce: Called before each job that is begun.
    package init(
        store: Store, handlers: [any JobHandler], settings: Settings = Settings(), name: WorkerID, logger: Logger,
        announce: @escaping @Sendable (LeasedJob) -> Void = { _ in }
    ) {
        self.store = store
        self.handlers = Dictionary(uniqueKeysWithValues: handlers.map { ($0.kind, $0) })
        self.settings = settings
        self.name = name
        self.logger = logger
        self.announce = announce
        keeper = LeaseKeeper(store: store, state: state, lease: settings.lease, logger: logger)
    }

    /// Works until it is told to drain or to stop; blocks the calling thread meanwhile.
    ///
    /// - Throws: The error that made going on pointless, such as ``StoreError/full(path:)``.
    package func run() throws {
        let beats = keeper.start()
        defer {
            beats.cancel()
            keeper.settle()
            keeper.release(state.removeWaiting())
        }
        let kinds = handlers.keys.sorted { $0.rawValue < $1.rawValue }
        var batchSize = BatchSize()
        var idleSince = ContinuousClock.now
        while state.isRunning {
            if let job = state.begin() {
                defer { state.end() }
                announce(job)
                let started = ContinuousClock.now
                try run(job)
                idleSince = .now
                batchSize.note(idleSince - started)
                continue
            }
            do throws(StoreError) {
                let claimed = try store.claim(
                    upTo: batchSize.jobs, as: name, lease: settings.lease, kinds: kinds, within: settings.scope)
                state.add(claimed)
                keeper.watch(claimed)
                if claimed.isEmpty { state.wait(seconds: Self.pause(after: ContinuousClock.now - idleSince)) }
            } catch {
                guard case .busy = error else { throw error }
                logger.notice("the store is busy; trying again")
            }
        }
    }

    /// Claims nothing more; ``run()`` returns when the running job is finished. From any thread.
    package func drain() {
        state.drain()
    }

    /// Interrupts the running job at its next checkpoint and hands it back. From any thread.
    package func stop() {
        state.stop()
    }

    /// A twentieth of the time without work: what was waited for in vain is never delayed by more than that.
    private static func pause(after idle: Duration) -> Double {
        min(max(idle / .seconds(20), 0.005), 0.5)
    }

    /// Runs one job and writes its end. Only errors of the store itself come out.
    private func run(_ job: LeasedJob) throws(StoreError) {
        do {
            try finish(job)
        } catch JobInterruption.leaseLost {
            logger.warning("the lease of job \(job.id) was lost; it is left to others")
        } catch JobInterruption.stopped {
            keeper.release([job])
        } catch {
            guard let trouble = StoreError(behind: error) else { return try fail(job, error) }
            if case .staleLease = trouble {
                logger.warning("the lease of job \(job.id) was lost; its result is refused")
            } else if case .busy = trouble {
                // It says nothing about the job.
                logger.notice("the store was busy under job \(job.id), which is handed back")
                keeper.release([job])
            } else if (error as? UnwrittenResult)?.endsTheWorker ?? trouble.endsTheWorker {
                _ = try? store.release([job])
                throw trouble
            } else {
                try fail(job, trouble)
            }
        }
    }

    private func finish(_ job: LeasedJob) throws {
        guard let handler = handlers[job.kind] else {
            preconditionFailure("claimed a \(job.kind) job without a handler")
        }
        let started = ContinuousClock.now
        // Stands still while the machine sleeps, which is not the job's time.
        let runsSince = SuspendingClock.now
        let limit = job.limit(settings.timeouts)
        let progress = ProgressKeeper(store: store, job: job, began: started)
        let context = JobContext(
            threads: job.resourceClass == .heavy ? Machine.cores : 1,
            memory: job.resourceClass == .heavy ? settings.heavyMemory : settings.memory,
            check: { [state] _ in
                if state.isStopping { throw JobInterruption.stopped }
                if state.isCurrentLost { throw JobInterruption.leaseLost }
                if let limit, SuspendingClock.now - runsSince > limit { throw JobInterruption.timedOut(after: limit) }
            },
            load: progress.load, save: progress.save)
        let result = try handler.run(job, in: context)
        let provenance = Provenance(
            host: Machine.hostName, threads: context.threads, version: BuildVersion.number,
            gitCommit: BuildVersion.commit)
        let timing = Timing(seconds: progress.seconds, images: result.images, provenance: provenance)
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
                if state.isCurrentLost { throw JobInterruption.leaseLost }
                if state.isStopping { throw JobInterruption.stopped }
                logger.notice("the store is busy; the result of job \(job.id) waits")
            } catch let reason as StoreError {
                throw UnwrittenResult(reason: reason)
            }
        }
    }

    private func fail(_ job: LeasedJob, _ error: any Error) throws(StoreError) {
        let retryable = !FinalFailure.includes(error)
        do {
            try patiently(job) {
                let next = try store.fail(job, error: "\(error)", retryable: retryable)
                logger.log(
                    level: next == nil ? .error : .warning,
                    "job \(job.id) (\(job.kind)) failed\(next == nil ? " for good" : ", again later"): \(error)",
                    metadata: [FailureLog.cause: "\(error)"]
                )
            }
        } catch JobInterruption.stopped {
            keeper.release([job])
        } catch JobInterruption.leaseLost {
            logger.warning("the lease of failed job \(job.id) was lost")
        } catch {
            guard let trouble = StoreError(behind: error) else { return }
            guard case .staleLease = trouble else { throw trouble }
            logger.warning("the lease of failed job \(job.id) was lost")
        }
    }
}

extension LeasedJob {
    /// How long the job may run; `timeouts` by kind go before its own.
    func limit(_ timeouts: [JobKind: Duration]) -> Duration? { timeouts[kind] ?? timeout }
}
