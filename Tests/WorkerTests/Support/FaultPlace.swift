import Foundation
import Logging
import Store
import Synchronization
import Testing
import Worker

/// A store whose jobs go wrong, and supervisors for real processes that do them.
final class FaultPlace: Sendable {
    let store: Store
    let log = Log()
    private let folder: String

    init() throws {
        folder = NSTemporaryDirectory() + "centroid-fault-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        store = try Store.create(at: folder + "/test.db")
    }

    deinit {
        try? FileManager.default.removeItem(atPath: folder)
    }

    /// The test product lies beside the test bundle.
    static var executable: String {
        URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appendingPathComponent("centroid-fault-worker").path
    }

    func gate(_ name: String) -> String { "\(folder)/\(name)" }

    func open(_ gate: String) throws {
        try Data().write(to: URL(fileURLWithPath: self.gate(gate)))
    }

    func enqueue(
        _ key: String, _ fault: String, gate: String? = nil, policy: RetryPolicy = .impatient, timeout: Duration? = nil
    ) throws {
        let gate = gate.map { #","gate":"\#(self.gate($0))""# } ?? ""
        try store.enqueue([
            NewJob(
                kind: "fault", key: key, payload: #"{"fault":"\#(fault)"\#(gate)}"#, policy: policy, timeout: timeout)
        ])
    }

    func supervisor(
        workers: Int = 2, lease: Duration = .seconds(60), configure: (inout Supervisor.Settings) -> Void = { _ in }
    ) -> Supervisor {
        var settings = Supervisor.Settings(
            workers: workers,
            command: WorkerCommand(
                executable: Self.executable,
                arguments: ["centroid-fault-worker", store.path, "\(lease.milliseconds)"]))
        configure(&settings)
        return Supervisor(store: store, kinds: ["fault"], settings: settings, logger: log.logger)
    }

    func job(_ key: String) throws -> JobRecord { try #require(try store.job(key: key)) }

    /// Attempts that were begun, which those are not that a worker handed back because its neighbour was idle.
    func attempts(_ key: String) throws -> [Attempt] {
        try store.attempts(of: try job(key).id).filter { $0.outcome != .released }
    }

    /// Waits until `condition` holds, for a generous while.
    func wait(for what: String, until condition: () throws -> Bool) throws {
        let deadline = ContinuousClock.now + .seconds(60)
        while try !condition() {
            try #require(ContinuousClock.now < deadline, "\(what) did not happen")
            usleep(3000)
        }
    }

    /// A worker process in the middle of a job.
    struct Runner {
        let process: Int32
        let token: Int64
    }

    /// Waits until a worker has begun the job, which waits for `gate`, after what another did.
    func runner(of key: String, gate: String, after other: Runner? = nil) throws -> Runner {
        let begun = "\(gate).\(try job(key).id)."
        var runner: Runner?
        try wait(for: "the beginning of \(key)") {
            // Named JOB.TOKEN: a job may have been claimed and handed back before.
            let tokens = try FileManager.default.contentsOfDirectory(atPath: folder)
                .filter { $0.hasPrefix(begun) }.compactMap { Int64($0.dropFirst(begun.count)) }
            guard let token = tokens.filter({ $0 > other?.token ?? 0 }).min() else { return false }
            let lease = try store.leases().first { $0.key == key && $0.token == token }
            runner = lease?.owner.process.map { Runner(process: $0.number, token: token) }
            return runner != nil
        }
        return try #require(runner)
    }

    /// Waits until a worker holds the job.
    ///
    /// - Returns: The number of its process.
    func holder(of key: String) throws -> Int32 {
        var process: Int32?
        try wait(for: "a claim of \(key)") {
            process = try job(key).owner?.process?.number
            return process != nil
        }
        return try #require(process)
    }
}

extension FaultPlace {
    /// Keeps the store busy for every writer, for this long.
    func keepBusy(_ duration: Duration, meanwhile: () throws -> Void) throws {
        try store.enqueue([NewJob(kind: "hold", key: "hold", payload: "{}")])
        let holder = try #require(try store.claim(upTo: 1, as: "holder", lease: .seconds(600), kinds: ["hold"]).first)
        let store = store
        let (holds, ends) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
        Thread.detachNewThread {
            try? store.finish(holder) { _ in
                holds.signal()
                usleep(UInt32(duration.milliseconds * 1000))
            }
            ends.signal()
        }
        try #require(holds.wait(timeout: .now() + 60) == .success, "the store could not be held")
        try meanwhile()
        try #require(ends.wait(timeout: .now() + 60) == .success, "the store was not let go")
    }
}

/// A supervisor at work on a thread of its own.
final class RunningSupervisor: Sendable {
    private let result = Mutex<Result<Void, any Error>?>(nil)
    private let end = DispatchSemaphore(value: 0)

    init(_ supervisor: Supervisor) {
        Thread.detachNewThread {
            let outcome = Result { try supervisor.run() }
            self.result.withLock { $0 = outcome }
            self.end.signal()
        }
    }

    /// Waits for the end, for a generous while.
    func finish() throws {
        try #require(end.wait(timeout: .now() + 120) == .success, "the supervisor did not end")
        try result.withLock { $0 }?.get()
    }
}

/// Keeps what was logged.
final class Log: Sendable {
    private struct Handler: LogHandler {
        let log: Log
        var logLevel = Logger.Level.warning
        var metadata = Logger.Metadata()

        subscript(metadataKey key: String) -> Logger.Metadata.Value? {
            get { metadata[key] }
            set { metadata[key] = newValue }
        }

        func log(event: LogEvent) {
            log.entries.withLock { $0.append("\(event.message)") }
        }
    }

    private let entries = Mutex<[String]>([])

    var messages: [String] { entries.withLock { $0 } }
    var logger: Logger { Logger(label: "test") { _ in Handler(log: self) } }
}

extension RetryPolicy {
    /// Two of everything, and no waiting.
    static let impatient = RetryPolicy(maximumAttempts: 2, maximumLosses: 2, backoff: .milliseconds(1))
}
