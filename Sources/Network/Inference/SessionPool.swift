internal import Synchronization

/// Sessions that wait for their next caller, so that memory is not given back and asked for again at each call.
final class SessionPool: Sendable {
    private let waiting = Mutex<[Session]>([])

    /// Lends a session to `body`, for as long as that runs.
    func withSession<Result>(_ body: (Session) throws -> Result) throws -> Result {
        let session = try waiting.withLock { $0.popLast() } ?? Session()
        defer { waiting.withLock { $0.append(session) } }
        return try body(session)
    }
}
