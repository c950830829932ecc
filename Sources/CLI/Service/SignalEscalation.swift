internal import Dispatch
internal import Foundation
internal import Synchronization
internal import Worker

/// What repeated signals mean: the first drains, the second hands the running jobs back, the third ends the process where
/// it stands, which the store survives.
final class SignalEscalation {
    private final class Received: Sendable {
        private let numbers = Mutex<[Int32]>([])

        var first: Int32? { numbers.withLock { $0.first } }

        /// - Returns: How many there are now.
        func add(_ number: Int32) -> Int {
            numbers.withLock { numbers in
                numbers.append(number)
                return numbers.count
            }
        }
    }

    private let sources: [any DispatchSourceSignal]
    private let received = Received()

    init(supervisor: Supervisor, console: Console) {
        let queue = DispatchQueue(label: "centroid.signals", qos: .userInteractive)
        sources = [SIGINT, SIGTERM].map { [received] number in
            // Without this the signal would end the process before anybody reads of it.
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler {
                switch received.add(number) {
                case 1:
                    console.write("Finishing the running jobs; again to hand them back at once.")
                    supervisor.drain()
                case 2: supervisor.stop()
                default: _exit(ExitStatus.signalled(number))
                }
            }
            source.activate()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
        // What follows the work is ended by a signal again, as any command.
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
    }

    /// The signal that asked the process to stop; nil if none did.
    var first: Int32? { received.first }
}
