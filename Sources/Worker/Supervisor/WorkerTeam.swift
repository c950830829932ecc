internal import Foundation
internal import Logging
internal import Store

/// The worker processes of one supervisor, from the first start to the last end.
///
/// Used from one thread.
final class WorkerTeam {
    /// A place for one process after another.
    private struct Place {
        /// Until its end is settled too.
        var child: ChildProcess?
        /// What the kernel had counted when the process was last seen alive.
        var killings: Int?
        var pace = RestartPace()
        /// When the next process may start.
        var opensAt = ContinuousClock.now
    }

    /// How long processes that were told to stop may take to reach a checkpoint.
    private static let stopGrace: Duration = .seconds(1)
    /// How often leases are looked at, for jobs over their time and for owners that are dead.
    private static let leaseInterval: Duration = .milliseconds(500)
    /// How often the memory of the processes is looked at.
    private static let memoryInterval: Duration = .milliseconds(100)
    /// How long a busy store may keep a supervisor that was told to stop; after that, leases run out by themselves.
    private static let settlingPatience: Duration = .seconds(30)

    private let supervisor: Supervisor
    private let started = ContinuousClock.now
    private var places: [Place]
    private var leftovers: Leftovers
    private var obeyed = SupervisorOrders.Mode.running
    private var leasesSeen: ContinuousClock.Instant?
    private var memorySeen: ContinuousClock.Instant?
    private var nextLook = ContinuousClock.now

    private var settings: Supervisor.Settings { supervisor.settings }
    private var logger: Logger { supervisor.logger }
    private var children: [ChildProcess] { places.compactMap(\.child) }

    /// - Parameter store: A connection that never waits long, for all that the supervising thread does with the store.
    init(_ supervisor: Supervisor, store: Store) {
        self.supervisor = supervisor
        places = Array(repeating: Place(), count: supervisor.settings.workers)
        leftovers = Leftovers(store: store, logger: supervisor.logger)
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
        lookAtMemory()
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
        guard child.hasEnded(), let exit = child.exit else { return }
        // It may have said more before it died.
        relay(child)
        guard try settle(child, exit, in: index) || hasNoPatienceLeft else { return }
        child.reap()
        places[index].child = nil
    }

    private func lookAtMemory() {
        if let memorySeen, ContinuousClock.now - memorySeen < Self.memoryInterval { return }
        memorySeen = .now
        let killings = Memory.killings
        for index in places.indices {
            guard let child = places[index].child, child.exit == nil, let used = Memory.used(by: child.number) else {
                continue
            }
            places[index].killings = killings
            let limit = child.runsHeavyJob ? settings.heavyMemoryLimit : settings.memoryLimit
            guard used > limit else { continue }
            child.kill(.failed("used \(Memory.text(used)), more than the limit of \(Memory.text(limit))"))
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
    ///
    /// - Returns: Whether that is done; false if the store is busy, and then the next step tries again.
    private func settle(_ child: ChildProcess, _ exit: ProcessExit, in index: Int) throws -> Bool {
        if let failure = child.failure, child.verdict == nil {
            guard try leftovers.release(child) else { return false }
            guard case .exited(let status) = exit else { throw WorkerFailure(status: nil, description: failure) }
            throw WorkerFailure(status: status, description: failure)
        }
        if exit == .exited(0), obeyed != .running { return try leftovers.release(child) }
        let end = ChildEnd(child, exit, isOutOfMemory: hasKernelKilled(since: places[index].killings))
        guard let settlement = try leftovers.settle(child, after: end) else { return false }
        guard obeyed == .running else { return true }
        let wait = places[index].pace.note(
            lifetime: ContinuousClock.now - child.started, isStillborn: settlement.job == nil && end.cause == .job)
        guard places[index].pace.stillborn < RestartPace.maximumStillborn else {
            throw WorkerFailure(
                status: nil, description: "worker processes end before they take a job; the last one \(end.summary)")
        }
        places[index].opensAt = .now + wait
        return true
    }

    private var hasNoPatienceLeft: Bool {
        let (mode, since) = supervisor.orders.current
        guard mode == .killing, ContinuousClock.now - since > Self.settlingPatience else { return false }
        logger.warning("the store stays busy; jobs that could not be handed back are free when their leases run out")
        return true
    }

    /// Whether the kernel has ended a process for want of memory since one of ours was last seen alive.
    private func hasKernelKilled(since before: Int?) -> Bool {
        guard let now = Memory.killings, let before else { return false }
        return now > before
    }

    private func lookAtLeases() throws {
        if let leasesSeen, ContinuousClock.now - leasesSeen < Self.leaseInterval { return }
        leasesSeen = .now
        guard let leases = try leftovers.sweep(sparing: children.map(\.name)) else { return }
        for child in children where child.exit == nil {
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
            do throws(StartFailure) {
                places[index].child = try ChildProcess(settings.command)
                places[index].killings = Memory.killings
            } catch {
                guard error.mayPass else { throw WorkerFailure(status: nil, description: error.description) }
                logger.warning("\(error); trying again")
                places[index].opensAt = .now + places[index].pace.note(lifetime: .zero, isStillborn: false)
            }
        }
    }

    private func finishIfSettled() throws {
        guard obeyed == .running, !settings.watches, nextLook <= .now else { return }
        let began = ContinuousClock.now
        if try leftovers.trying({ try leftovers.store.isSettled(settings.scope, kinds: supervisor.kinds) }) == true {
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
            _ = child.hasEnded(waits: true)
            _ = try? leftovers.release(child)
            child.reap()
        }
    }
}
