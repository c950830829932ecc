internal import Logging
internal import Synchronization
internal import Worker

/// Standard error while work goes on: a progress line, and above it what has to be said.
final class Console: Sendable {
    private let line: Mutex<ProgressLine>

    /// - Parameter unit: What the progress line counts.
    init(unit: String = "jobs") {
        line = Mutex(ProgressLine(unit: unit))
    }

    func show(finished: Int, of total: Int, begun: Double = 0, detail: String) {
        line.withLock { $0.show(finished: finished, of: total, begun: begun, detail: detail) }
    }

    func clear() {
        line.withLock { $0.clear() }
    }

    /// Writes a whole line; the progress line comes back below it with its next change.
    func write(_ text: String) {
        line.withLock { line in
            line.clear()
            StandardError.writeLine(text)
        }
    }
}

/// Prints log entries on the console: of jobs that failed for the same reason, the first.
struct ConsoleLogHandler: LogHandler {
    let console: Console
    let failures: FailureLog
    var logLevel = Logger.Level.warning
    var metadata = Logger.Metadata()

    init(console: Console, failures: FailureLog) {
        self.console = console
        self.failures = failures
    }

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        if let cause = event.metadata?[FailureLog.cause], !failures.isNew(cause: "\(cause)") { return }
        console.write("\(event.level): \(event.message)")
    }
}
