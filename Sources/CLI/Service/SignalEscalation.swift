internal import Dispatch
internal import Foundation
internal import Synchronization
internal import Worker

/// What repeated signals mean: the first drains (see ``PoolService``), the second interrupts and hands jobs back,
/// the third ends the process where it stands, which the store survives.
final class SignalEscalation {
    /// Signals so far.
    private final class Count: Sendable {
        private let value = Mutex(0)

        var current: Int { value.withLock { $0 } }

        func increment() -> Int {
            value.withLock { value in
                value += 1
                return value
            }
        }
    }

    private let sources: [any DispatchSourceSignal]
    private let count = Count()

    init(pool: WorkerPool) {
        let queue = DispatchQueue(label: "centroid.signals")
        sources = [SIGINT, SIGTERM].map { DispatchSource.makeSignalSource(signal: $0, queue: queue) }
        for source in sources {
            source.setEventHandler { [count] in Self.receive(number: count.increment(), pool: pool) }
            source.activate()
        }
    }

    /// Whether somebody asked the process to stop.
    var wasSignalled: Bool { count.current > 0 }

    private static func receive(number: Int, pool: WorkerPool) {
        switch number {
        case 1: StandardError.writeLine("\nFinishing the running jobs; again to hand them back at once.")
        case 2: pool.stop()
        default: exit(ExitStatus.interrupted.rawValue)
        }
    }
}
