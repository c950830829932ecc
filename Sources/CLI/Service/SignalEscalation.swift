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

    private struct State {
        var work: Work?
        /// The first signal that came while there was work.
        var heard: Int32?
    }

    private let state = Mutex(State())
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
    var heard: Int32? { state.withLock { $0.heard } }

    /// - Throws: `ExitCode` where a signal came while there was work.
    func stopIfHeard() throws {
        if let heard { throw ExitStatus.stopped(by: heard) }
    }

    /// Lets signals stop `supervisor` while `body` runs.
    ///
    /// - Returns: The signal that asked it to; nil if none did.
    func stopping(_ supervisor: Supervisor, _ console: Console, while body: () throws -> Void) rethrows -> Int32? {
        state.withLock { $0.work = Work(supervisor: supervisor, console: console) }
        defer { state.withLock { $0.work = nil } }
        try body()
        return state.withLock { $0.work?.received.first }
    }

    private func receive(_ number: Int32) {
        let work = state.withLock { state in
            if state.work != nil {
                state.work?.received.append(number)
                if state.heard == nil { state.heard = number }
            }
            return state.work
        }
        switch work?.received.count {
        case 1:
            work?.console.write("Finishing the running jobs; again to hand them back at once.")
            work?.supervisor.drain()
        case 2: work?.supervisor.stop()
        default: _exit(ExitStatus.signalled(number))
        }
    }
}
