internal import Dispatch
internal import Foundation
internal import Synchronization
internal import Worker

/// What repeated signals mean while there is work: the first drains, the second hands the running jobs back, the third ends
/// the process where it stands, which the store survives. Between works a signal ends it at once, as any command.
///
/// There is one for the process: a second source of a signal, made after the first was cancelled, hears nothing on Linux.
final class SignalEscalation: Sendable {
    static let ofProcess = SignalEscalation()

    private struct Work {
        let supervisor: Supervisor
        let console: Console
        var received: [Int32] = []
    }

    private let work = Mutex<Work?>(nil)
    private let first = Mutex<Int32?>(nil)
    /// Nobody uses them after the start, but they hear as long as somebody holds them.
    nonisolated(unsafe) private let sources: [any DispatchSourceSignal]

    private init() {
        let queue = DispatchQueue(label: "centroid.signals", qos: .userInteractive)
        let numbers = [SIGINT, SIGTERM]
        sources = numbers.map { DispatchSource.makeSignalSource(signal: $0, queue: queue) }
        for (number, source) in zip(numbers, sources) {
            // Without this the signal would end the process before anybody reads of it.
            signal(number, SIG_IGN)
            source.setEventHandler { [self] in receive(number) }
            source.activate()
        }
    }

    /// The first signal that came while there was work: a command of several works begins none behind it.
    var heard: Int32? { first.withLock { $0 } }

    /// Lets signals stop `supervisor` while `body` runs.
    ///
    /// - Returns: The signal that asked it to; nil if none did.
    func stopping(_ supervisor: Supervisor, _ console: Console, while body: () throws -> Void) rethrows -> Int32? {
        work.withLock { $0 = Work(supervisor: supervisor, console: console) }
        defer { work.withLock { $0 = nil } }
        try body()
        return work.withLock { $0?.received.first }
    }

    private func receive(_ number: Int32) {
        let work = work.withLock { work in
            work?.received.append(number)
            return work
        }
        if work != nil { first.withLock { $0 = $0 ?? number } }
        switch work?.received.count {
        case 1:
            work?.console.write("Finishing the running jobs; again to hand them back at once.")
            work?.supervisor.drain()
        case 2: work?.supervisor.stop()
        default: _exit(ExitStatus.signalled(number))
        }
    }
}
