internal import Foundation
internal import Logging
internal import Store
internal import Worker

/// One run of worker processes under the signals of this one.
struct WorkSession {
    let store: Store
    let settings: Supervisor.Settings
    var showsProgress = true
    /// Says more than the progress line has room for; called about five times a second.
    var telling: (@Sendable (Console) -> Void)?

    /// Works until nothing is left or a signal stops it; not at all where one has stopped an earlier work of the command.
    ///
    /// - Returns: The signal that stopped it.
    func run() throws -> Int32? {
        if let signal = SignalEscalation.ofProcess.heard { return signal }
        let console = Console()
        let failures = FailureLog()
        let logger = Logger(label: "centroid") { _ in ConsoleLogHandler(console: console, failures: failures) }
        let supervisor = Supervisor(store: store, kinds: JobHandlers.kinds, settings: settings, logger: logger)
        let progress =
            showsProgress
            ? ProgressMonitor(store: store, filter: settings.scope, console: console, telling: telling) : nil
        progress?.start()
        defer {
            progress?.stop()
            for line in failures.summary { StandardError.writeLine("note: \(line)") }
        }
        return try SignalEscalation.ofProcess.stopping(supervisor, console) { try supervisor.run() }
    }
}
