internal import Foundation
internal import Logging
internal import Store

/// The worker processes of one supervisor, from the first start to the last end.
///
/// Used from one thread.
final class WorkerTeam {
    /// A place for one process after another.
    private struct Place {
        var child: ChildProcess?
        var pace = RestartPace()
        /// When the next process may start.
        var opensAt = ContinuousClock.now
    }

    /// How long processes that were told to stop may take to reach a checkpoint.
    private static let stopGrace: Duration = .seconds(1)
    /// How often leases are looked at, for jobs over their time and for owners that are dead.
    private static let leaseInterval: Duration = .milliseconds(500)

    private let supervisor: Supervisor
    private let started = ContinuousClock.now
    private var places: [Place]
    private var leftovers: Leftovers
    private var obeyed = SupervisorOrders.Mode.running
    private var leasesSeen: ContinuousClock.Instant?
    private var nextLook = ContinuousClock.now
    /// What the kernel counted at the last two looks at the leases.
    private var killings = (before: Memory.killings, last: Memory.killings)

    private var settings: Supervisor.Settings { supervisor.settings }
    private var logger: Logger { supervisor.logger }
    private var children: [ChildProcess] { places.compactMap(\.child) }

    init(_ supervisor: Supervisor) {
        self.supervisor = supervisor
        places = Array(repeating: Place(), count: supervisor.settings.workers)
        leftovers = Leftovers(store: supervisor.store, logger: supervisor.logger)
    }

    func run() throws {
        do {
            while try step() { wait() }
        } catch {
            endAll()
            throw error
        }
    }

    /// - Returns: Whether there is anything left to do or to wait for.
    private func step() throws -> Bool {
        for index in places.indices { try look(at: index) }
        try lookAtLeases()
        obey()
        if obeyed == .running { try fill() }
        try finishIfSettled()
        return obeyed == .running || !children.isEmpty
    }

    /// Takes in what a process says, what it uses, and whether it has ended.
    private func look(at index: Int) throws {
        guard let child = places[index].child else { return }
        relay(child)
        if let exit = child.end() {
            // It may have said more before it died.
            relay(child)
            places[index].child = nil
            try bury(child, exit, in: index)
        } else if let used = Memory.used(by: child.number), used > settings.memoryLimit {
            child.kill(
                .failed("used \(Memory.text(used)), more than the limit of \(Memory.text(settings.memoryLimit))"))
        }
    }

    private func relay(_ child: ChildProcess) {
        for case .log(let level, let message, let cause) in child.read() {
            logger.log(
                level: Logger.Level(rawValue: level) ?? .warning, "\(message)",
                metadata: cause.map { [FailureLog.cause: "\($0)"] })
        }
    }

    /// Settles what a process left behind, and decides about the next one.
    private func bury(_ child: ChildProcess, _ exit: ProcessExit, in index: Int) throws {
        let held = try leftovers.leases { $0 == child.name }
        if let failure = child.failure, child.verdict == nil {
            leftovers.release(held)
            guard case .exited(let status) = exit else { throw WorkerFailure(status: nil, description: failure) }
            throw WorkerFailure(status: status, description: failure)
        }
        if exit == .exited(0), obeyed != .running { return leftovers.release(held) }
        let end = ChildEnd(child, exit, isOutOfMemory: hasKernelKilled)
        try leftovers.settle(held, after: end)
        guard obeyed == .running else { return }
        let wait = places[index].pace.note(
            lifetime: ContinuousClock.now - child.started, isStillborn: held.isEmpty && end.cause == .job)
        guard places[index].pace.stillborn < RestartPace.maximumStillborn else {
            throw WorkerFailure(
                status: nil, description: "worker processes end before they take a job; the last one \(end.summary)")
        }
        places[index].opensAt = .now + wait
    }

    /// Whether the kernel has ended a process for want of memory within the last second or so.
    private var hasKernelKilled: Bool {
        guard let now = Memory.killings, let before = killings.before else { return false }
        return now > before
    }

    private func lookAtLeases() throws {
        if let leasesSeen, ContinuousClock.now - leasesSeen < Self.leaseInterval { return }
        leasesSeen = .now
        killings = (killings.last, Memory.killings)
        guard let leases = try leftovers.sweep(sparing: children.map(\.name)) else { return }
        for child in children {
            let limit = { (job: LeasedJob) in job.limit(self.settings.timeouts).map { $0 + self.settings.grace } }
            guard let job = child.overdue(leases.filter { $0.owner == child.name }, limit: limit) else { continue }
            child.kill(
                .failed(
                    "ran longer than its limit of \(job.limit(settings.timeouts) ?? .zero) and reached no checkpoint "
                        + "within \(settings.grace) more, so its process was killed", job: job))
        }
    }

    private func obey() {
        var (mode, since) = supervisor.orders.current
        if mode == .draining, ContinuousClock.now - since > settings.drainDeadline {
            logger.warning("the running jobs did not finish within \(settings.drainDeadline); they are handed back")
            supervisor.orders.raise(to: .stopping)
        } else if mode == .stopping, ContinuousClock.now - since > Self.stopGrace {
            supervisor.orders.raise(to: .killing)
        }
        mode = supervisor.orders.current.mode
        guard mode != obeyed else { return }
        obeyed = mode
        for child in children {
            switch mode {
            case .running: break
            case .finished, .draining: child.send(.drain)
            case .stopping: child.send(.stop)
            case .killing: child.kill(.stopped)
            }
        }
    }

    private func fill() throws {
        for index in places.indices where places[index].child == nil && places[index].opensAt <= .now {
            places[index].child = try ChildProcess(settings.command)
        }
    }

    private func finishIfSettled() throws {
        guard obeyed == .running, !settings.watches, nextLook <= .now else { return }
        let began = ContinuousClock.now
        if try leftovers.reading({ try supervisor.store.isSettled(settings.until, kinds: supervisor.kinds) }) == true {
            supervisor.orders.raise(to: .finished)
        }
        // A look at a large sweep takes its time; ten times as long is left to the workers.
        nextLook = .now + began.duration(to: .now) * 10
    }

    /// Waits for a message, an end or an order, at most until the next look at memory is due.
    private func wait() {
        let age = (ContinuousClock.now - started) / .seconds(1)
        let tick = Int32(min(max(50 * age, 10), 100))
        let isEndNear = children.contains(where: \.haveMessagesEnded)
        var sources = children.filter { !$0.haveMessagesEnded }.map {
            pollfd(fd: $0.channel, events: Int16(POLLIN), revents: 0)
        }
        sources.append(pollfd(fd: supervisor.orders.wakeUps, events: Int16(POLLIN), revents: 0))
        _ = poll(&sources, nfds_t(sources.count), isEndNear ? 1 : tick)
        supervisor.orders.clearWakeUps()
    }

    /// After an error: no process outlives its supervisor, and no lease either if the store still takes it.
    private func endAll() {
        for child in children {
            child.kill(.stopped)
            _ = child.end(waits: true)
            if let held = try? supervisor.store.leases().filter({ $0.owner == child.name }) {
                _ = try? supervisor.store.release(held)
            }
        }
    }
}
