internal import Dispatch
internal import Store
internal import Synchronization

/// What the thread of a worker shares with those that keep its leases and give it orders.
final class LoopState: Sendable {
    private enum Mode {
        case running
        /// Finish what runs, begin nothing.
        case draining
        /// Interrupt what runs at its next checkpoint.
        case stopping
    }

    private struct Fields {
        var mode = Mode.running
        var current: LeasedJob?
        var isCurrentLost = false
        /// Claimed and not begun, in order.
        var waiting: [LeasedJob] = []
    }

    private let fields = Mutex(Fields())
    private let ordered = DispatchSemaphore(value: 0)

    var isRunning: Bool { fields.withLock { $0.mode == .running } }

    var isStopping: Bool { fields.withLock { $0.mode == .stopping } }

    /// Leases to keep alive.
    var leases: [LeasedJob] { fields.withLock { ($0.current.map { [$0] } ?? []) + $0.waiting } }

    func drain() {
        fields.withLock { if $0.mode == .running { $0.mode = .draining } }
        ordered.signal()
    }

    func stop() {
        fields.withLock { $0.mode = .stopping }
        ordered.signal()
    }

    func add(_ jobs: [LeasedJob]) {
        fields.withLock { $0.waiting += jobs }
    }

    /// The next job to run, until ``end()``; nil if none is left or none is to be begun.
    func begin() -> LeasedJob? {
        fields.withLock { fields in
            guard fields.mode == .running, !fields.waiting.isEmpty else { return nil }
            let job = fields.waiting.removeFirst()
            fields.current = job
            fields.isCurrentLost = false
            return job
        }
    }

    func end() {
        fields.withLock { $0.current = nil }
    }

    /// Takes the jobs that were not begun, of `batch` or of whatever there is, for handing them back.
    func removeWaiting(of batch: [LeasedJob]? = nil) -> [LeasedJob] {
        fields.withLock { fields in
            let removed = fields.waiting.filter { batch?.contains($0) ?? true }
            fields.waiting.removeAll { removed.contains($0) }
            return removed
        }
    }

    func markLost(_ jobs: [LeasedJob]) {
        fields.withLock { fields in
            fields.waiting.removeAll { jobs.contains($0) }
            if let current = fields.current, jobs.contains(current) { fields.isCurrentLost = true }
        }
    }

    /// Whether somebody else has the job that runs, or nobody wants it any more.
    var isCurrentLost: Bool { fields.withLock { $0.isCurrentLost } }

    /// Waits for an order, at most `seconds`.
    func wait(seconds: Double) {
        guard isRunning else { return }
        _ = ordered.wait(timeout: .now() + seconds)
    }
}
