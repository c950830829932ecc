internal import Foundation
internal import Store

/// A worker process as its supervisor sees it: a way for orders and messages, and its end.
///
/// Used from one thread.
final class ChildProcess {
    /// What its supervisor killed it for.
    enum Verdict: Equatable {
        /// It was to stop: its job goes back unharmed.
        case stopped
        /// A job is to blame, by default the one that it runs: the attempt failed.
        case failed(String, job: LeasedJob? = nil)
    }

    let number: Int32
    /// The owner of its leases.
    let name: WorkerID
    let started = ContinuousClock.now
    /// Orders go out on it, messages come in.
    let channel: Int32
    private(set) var haveMessagesEnded = false
    private(set) var verdict: Verdict?
    /// Why it gave up, in its own words.
    private(set) var failure: String?
    /// The last thing it wrote that was no message: of a crash, what the runtime says about it.
    private(set) var lastWords: String?
    /// How it ended; nil while it lives, as far as was seen.
    private(set) var exit: ProcessExit?
    /// The job that it began last, in its own words, and when that was heard of. Time that the machine sleeps is not
    /// the job's.
    private var begun: (job: Int64, token: Int64, isHeavy: Bool, since: SuspendingClock.Instant)?

    /// Whether the job that it began last runs alone in the store.
    var runsHeavyJob: Bool { begun?.isHeavy ?? false }

    private var incomplete: [UInt8] = []

    /// Starts the process.
    ///
    /// - Throws: ``StartFailure``: the system has no room for another one, or there is no such executable.
    init(_ command: WorkerCommand) throws(StartFailure) {
        guard let pair = SocketPair() else { throw StartFailure(step: "opening a way to talk to it", code: errno) }
        channel = pair.ours
        let spawned = Self.spawn(command, channel: pair.theirs)
        close(pair.theirs)
        number = spawned.process
        name = Machine.worker(spawned.process) ?? WorkerID(rawValue: "\(Machine.hostName)/\(spawned.process)")
        guard spawned.error == 0 else {
            throw StartFailure(step: "starting \(command.executable)", code: spawned.error)
        }
    }

    deinit {
        close(channel)
    }

    func send(_ order: WorkerProcess.Order) {
        var byte = order.rawValue
        // It may be dead already, which is no reason to die of SIGPIPE.
        _ = Foundation.send(channel, &byte, 1, Int32(MSG_NOSIGNAL))
    }

    func kill(_ verdict: Verdict) {
        guard self.verdict == nil else { return }
        self.verdict = verdict
        _ = Foundation.kill(number, SIGKILL)
    }

    /// Looks whether it has ended. What is left stays a zombie until ``reap()``, so that others who look for the owner
    /// of its leases still find one, and leave them to us.
    ///
    /// - Parameter waits: Whether to wait for the end.
    /// - Returns: Whether it has ended.
    func hasEnded(waits: Bool = false) -> Bool {
        let options = WEXITED | WNOWAIT | (waits ? 0 : WNOHANG)
        while exit == nil {
            var information = siginfo_t()
            if waitid(P_PID, id_t(number), &information, options) == 0 {
                guard let found = ProcessExit(information) else { return false }
                exit = found
            } else if errno != EINTR {
                exit = .unseen
            }
        }
        return true
    }

    /// Gives the number of the ended process back to the system.
    func reap() {
        while waitpid(number, nil, 0) < 0, errno == EINTR {}
    }

    /// Whether the process has begun this job, and nothing after it.
    func hasBegun(_ job: LeasedJob) -> Bool {
        begun.map { $0.job == job.id.value && $0.token == job.token } ?? false
    }

    /// The job that has run for longer than it may, given what the process holds now.
    func overdue(_ leases: [LeasedJob], limit: (LeasedJob) -> Duration?) -> LeasedJob? {
        guard let begun, let job = leases.first(where: hasBegun), let limit = limit(job),
            SuspendingClock.now - begun.since > limit
        else { return nil }
        return job
    }

    /// Reads what has come in.
    ///
    /// - Returns: Log entries and other lines.
    func read() -> [WorkerMessage] {
        var buffer = [UInt8](repeating: 0, count: 1 << 14)
        while true {
            let count = Foundation.read(channel, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            // A peer that died with orders unread is an error, and an end too.
            if count == 0 || (count < 0 && errno != EAGAIN) { haveMessagesEnded = true }
            guard count > 0 else { break }
            incomplete += buffer[..<count]
            if count < buffer.count { break }
        }
        return takeLines().compactMap(understand)
    }

    private func takeLines() -> [String] {
        // A last line without its end is a line too, and nobody is to fill our memory with one.
        if haveMessagesEnded || incomplete.count > 1 << 16 { incomplete.append(UInt8(ascii: "\n")) }
        guard let end = incomplete.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
        let whole = incomplete[..<end]
        defer { incomplete.removeSubrange(...end) }
        return whole.split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
    }

    private func understand(_ line: String) -> WorkerMessage? {
        switch WorkerMessage(line: line) {
        case .failure(let reason):
            failure = reason
            return nil
        case .begin(let job, let token, let isHeavy):
            begun = (job, token, isHeavy, .now)
            return nil
        case let message?:
            return message
        case nil:
            let words = line.trimmingCharacters(in: .whitespaces)
            if !words.isEmpty { lastWords = String(words.prefix(300)) }
            return nil
        }
    }
}
