internal import Foundation
internal import Logging

/// What a worker process tells its supervisor: one line of JSON behind a record separator, so that whatever else ends up
/// on standard error is told apart.
enum WorkerMessage: Codable, Equatable {
    case log(level: String, message: String, cause: String?)
    /// This job runs from now on, and none that was begun before.
    case begin(job: Int64, token: Int64, isHeavy: Bool)
    /// Why the process gives up, just before it ends by itself.
    case failure(String)

    private static let mark = "\u{1E}"

    /// The line with its end.
    var line: String {
        let json = (try? JSONEncoder().encode(self)).map { String(decoding: $0, as: UTF8.self) }
        return "\(Self.mark)\(json ?? "{}")\n"
    }

    /// Nil if the line is something else.
    init?(line: String) {
        guard line.hasPrefix(Self.mark),
            let message = try? JSONDecoder().decode(Self.self, from: Data(line.dropFirst().utf8))
        else { return nil }
        self = message
    }

    /// Writes the line to standard error as a whole, so that the lines of several threads do not mix.
    func send() {
        let bytes = Array(line.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { write(STDERR_FILENO, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return }
            sent += count
        }
    }
}

/// Sends log entries of a worker process to its supervisor.
struct MessageLogHandler: LogHandler {
    var logLevel = Logger.Level.warning
    var metadata = Logger.Metadata()

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let cause = event.metadata?[FailureLog.cause].map { "\($0)" }
        WorkerMessage.log(level: event.level.rawValue, message: "\(event.message)", cause: cause).send()
    }
}
