internal import Dispatch
internal import Logging
internal import Store

/// Keeps the leases of a worker alive, at a third of the lease, and hands back what it claimed and could not begin soon.
/// All of it on a queue of its own, while the worker's thread computes.
final class LeaseKeeper: Sendable {
    /// How long a job may wait behind another of its batch while other workers could run it.
    static let patience = 0.1

    private let store: Store
    private let state: LoopState
    private let lease: Duration
    private let logger: Logger
    private let queue = DispatchQueue(label: "centroid.leases", qos: .userInitiated)

    init(store: Store, state: LoopState, lease: Duration, logger: Logger) {
        self.store = store
        self.state = state
        self.lease = lease
        self.logger = logger
    }

    /// Beats until the timer is cancelled.
    func start() -> any DispatchSourceTimer {
        let timer = DispatchSource.makeTimerSource(queue: queue)
        let third = lease / .seconds(3)
        timer.schedule(deadline: .now() + third, repeating: third)
        timer.setEventHandler { [weak self] in self?.beat() }
        timer.activate()
        return timer
    }

    /// Waits for a beat that is under way.
    func settle() {
        queue.sync {}
    }

    /// Sees to it that what is left of a batch of several jobs does not wait long behind one that takes its time.
    func watch(_ batch: [LeasedJob]) {
        guard batch.count > 1 else { return }
        queue.asyncAfter(deadline: .now() + Self.patience) { [weak self] in
            guard let self else { return }
            self.release(self.state.removeWaiting(of: batch))
        }
    }

    /// Hands jobs back unharmed. A busy store is asked again for as long as the leases last; then they end by themselves.
    func release(_ jobs: [LeasedJob]) {
        guard !jobs.isEmpty else { return }
        let started = ContinuousClock.now
        while true {
            do throws(StoreError) {
                try store.release(jobs)
                return
            } catch {
                guard case .busy = error, ContinuousClock.now - started < lease else {
                    logger.warning("\(jobs.count) jobs could not be handed back: \(error)")
                    return
                }
            }
        }
    }

    /// A busy store is no reason to worry: two more beats fit into the lease.
    private func beat() {
        let leases = state.leases
        guard !leases.isEmpty else { return }
        do throws(StoreError) {
            state.markLost(try store.heartbeat(leases, lease: lease))
        } catch {
            if case .busy = error { return logger.notice("the store is busy; the next heartbeat follows") }
            logger.warning("a heartbeat failed: \(error)")
        }
    }
}
