internal import Foundation
package import Logging
package import Store

/// Runs worker processes and answers for them: what one of them does to itself hurts its own job alone.
///
/// A process that ends is noticed at once, its job is taken back, and another takes its place. One whose job takes too
/// long without a checkpoint, or too much memory, is killed, and the attempt fails with the reason.
///
/// For example:
///
///     let settings = Supervisor.Settings(workers: 2, command: .same(["centroid", "worker", "--store", path]))
///     try Supervisor(store: store, kinds: JobHandlers.kinds, settings: settings, logger: logger).run()
package final class Supervisor: Sendable {
    package struct Settings: Sendable {
        /// Processes, each with one job at a time.
        package var workers: Int
        package var command: WorkerCommand
        /// Bytes that one process may use.
        package var memoryLimit: Int
        /// Bytes that one may use while it runs a heavy job, which is alone in the store.
        package var heavyMemoryLimit: Int
        /// How long jobs of a kind may run, where that differs from what the jobs themselves say.
        package var timeouts: [JobKind: Duration]
        /// How long a job that is over its time may take to reach a checkpoint.
        package var grace: Duration
        /// How long running jobs may take to finish after ``drain()``; then they are handed back.
        package var drainDeadline: Duration
        /// Whether to wait for new jobs when none is left.
        package var watches: Bool
        /// The jobs that the run is for; all if nil. It ends when they are settled, whatever else there is, and so its
        /// command starts workers of the same scope.
        package let scope: JobFilter?

        package init(
            workers: Int, command: WorkerCommand, memoryLimit: Int? = nil, heavyMemoryLimit: Int? = nil,
            timeouts: [JobKind: Duration] = [:],
            grace: Duration = .seconds(30), drainDeadline: Duration = .seconds(60), watches: Bool = false,
            scope: JobFilter? = nil
        ) {
            self.workers = workers
            self.command = command
            self.memoryLimit = memoryLimit ?? Memory.standardLimit(workers: workers)
            self.heavyMemoryLimit = heavyMemoryLimit ?? memoryLimit ?? Memory.standardLimit(workers: 1)
            self.timeouts = timeouts
            self.grace = grace
            self.drainDeadline = drainDeadline
            self.watches = watches
            self.scope = scope
        }
    }

    let store: Store
    let kinds: [JobKind]
    let settings: Settings
    let logger: Logger
    let orders = SupervisorOrders()

    /// - Parameter kinds: What the worker processes have handlers for; other jobs are left to other versions.
    package init(store: Store, kinds: [JobKind], settings: Settings, logger: Logger) {
        precondition(settings.workers > 0, "a supervisor has at least one worker")
        self.store = store
        self.kinds = kinds
        self.settings = settings
        self.logger = logger
    }

    /// Works until nothing is left, or for ever if it watches; blocks the calling thread meanwhile. When it returns, no
    /// worker process is left.
    ///
    /// - Throws: ``WorkerFailure`` with the reason why a worker process gave up, such as a full disk; the file errors of
    ///   `StoreError`.
    package func run() throws {
        // Who is started with this signal ignored never hears how its processes end.
        signal(SIGCHLD, SIG_DFL)
        guard let store = try openPatiently() else { return }
        try WorkerTeam(self, store: store).run()
    }

    /// The supervising thread must never wait long for the store; nil if it was told to end before one could be opened.
    private func openPatiently() throws -> Store? {
        while orders.current.mode == .running {
            do throws(StoreError) {
                return try Store.open(
                    at: store.path, configuration: StoreConfiguration(busyTimeout: .milliseconds(200), readers: 1))
            } catch {
                guard case .busy = error else { throw error }
            }
        }
        return nil
    }

    /// Claims nothing more; ``run()`` returns when the running jobs are finished. From any thread.
    package func drain() {
        orders.raise(to: .draining)
    }

    /// Interrupts the running jobs at their next checkpoint and hands them back; what does not reach one within a second
    /// is ended where it stands, and handed back too. From any thread.
    package func stop() {
        orders.raise(to: .stopping)
    }
}
