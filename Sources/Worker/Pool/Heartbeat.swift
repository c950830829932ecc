internal import Dispatch
internal import Foundation
internal import Logging
internal import Store

/// Keeps the leases of a pool alive, at a third of the lease, from a queue of its own.
final class Heartbeat {
    private let timer: any DispatchSourceTimer

    init(store: Store, state: PoolState, lease: Duration, logger: Logger) {
        timer = DispatchSource.makeTimerSource(queue: DispatchQueue(label: "centroid.heartbeat", qos: .userInitiated))
        let third = lease / .seconds(3)
        timer.schedule(deadline: .now() + third, repeating: third)
        timer.setEventHandler {
            Self.beat(store: store, state: state, lease: lease, logger: logger)
        }
    }

    func start() {
        timer.activate()
    }

    func stop() {
        timer.cancel()
    }

    /// A busy store is no reason to worry: two more beats fit into the lease.
    private static func beat(store: Store, state: PoolState, lease: Duration, logger: Logger) {
        let leases = state.leases
        guard !leases.isEmpty else { return }
        do {
            state.markLost(try store.heartbeat(leases, lease: lease))
        } catch StoreError.busy {
            logger.notice("the store is busy; the next heartbeat follows")
        } catch {
            logger.warning("a heartbeat failed: \(error)")
        }
    }
}
