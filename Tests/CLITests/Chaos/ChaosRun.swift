import Foundation
import Store

/// Kills worker processes and their supervisors at random moments until enough have died, and starts supervisors again.
struct ChaosRun {
    private static let supervisors = 2

    let wanted: Int
    let site: ChaosSite
    private(set) var workersKilled = 0
    private(set) var supervisorsKilled = 0
    /// Sweeps that it took until the kills were spent.
    private(set) var sweeps = 0
    /// When each worker process was killed, or lost its supervisor.
    private(set) var deaths: [(worker: WorkerID, at: Date, withSupervisor: Bool)] = []
    private var running: [Process] = []
    private var random: SplitMix

    init(kills: Int, seed: UInt64, at site: ChaosSite) {
        wanted = kills
        random = SplitMix(state: seed)
        self.site = site
    }

    private var kills: Int { workersKilled + supervisorsKilled }

    /// Until the kills are spent and the queue is settled.
    mutating func run() throws {
        let store = try site.store
        let deadline = Date(timeIntervalSinceNow: 60 + 3 * Double(wanted))
        try addSweep()
        while true {
            guard Date() < deadline else { throw ChaosError(description: "no end after \(kills) kills") }
            let isSettled = try store.jobCounts().isSettled
            if isSettled, kills >= wanted { break }
            if isSettled { try addSweep() }
            try restart()
            usleep(UInt32.random(in: 50_000...350_000, using: &random))
            if kills < wanted { kill() }
        }
        let supervisors = running
        try site.folder.wait(for: "the end of the supervisors") { supervisors.allSatisfy { !$0.isRunning } }
    }

    private mutating func addSweep() throws {
        sweeps += 1
        try site.sweep(sweeps)
    }

    private mutating func restart() throws {
        running.removeAll { !$0.isRunning }
        while running.count < Self.supervisors {
            running.append(try site.folder.start("work", "--workers", "2"))
        }
    }

    /// One kill in five hits a supervisor, and with it its worker processes.
    private mutating func kill() {
        guard let supervisor = running.randomElement(using: &random) else { return }
        let workers = ProcessTree.children(of: supervisor.processIdentifier).compactMap { ProcessTree.worker($0) }
        if Int.random(in: 0..<5, using: &random) == 0 {
            guard supervisor.isRunning, Foundation.kill(supervisor.processIdentifier, SIGKILL) == 0 else { return }
            supervisorsKilled += 1
            deaths += workers.map { (worker: $0, at: Date(), withSupervisor: true) }
            supervisor.waitUntilExit()
        } else if let worker = workers.randomElement(using: &random), let number = worker.process?.number {
            guard !ProcessTree.isZombie(number), Foundation.kill(number, SIGKILL) == 0 else { return }
            workersKilled += 1
            deaths.append((worker: worker, at: Date(), withSupervisor: false))
        }
    }
}

/// Processes of this machine as `/proc` has them.
enum ProcessTree {
    static func children(of parent: Int32) -> [Int32] {
        let text = try? String(contentsOfFile: "/proc/\(parent)/task/\(parent)/children", encoding: .utf8)
        if let text { return text.split(separator: " ").compactMap { Int32($0) } }
        let all = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return all.compactMap { Int32($0) }.filter { fields(of: $0)?[1] == "\(parent)" }
    }

    /// Whether the process is dead already and waits to be noticed, or is no more.
    static func isZombie(_ process: Int32) -> Bool {
        fields(of: process).map { $0[0] == "Z" } ?? true
    }

    /// The owner of the leases of a process, as far as a test can tell: its number and when it started.
    static func worker(_ process: Int32) -> WorkerID? {
        guard let fields = fields(of: process), let startedAt = UInt64(fields[19]) else { return nil }
        return WorkerID(WorkerProcessID(host: "", space: "", number: process, startedAt: startedAt))
    }

    /// What follows the name of the command in `/proc/PID/stat`.
    private static func fields(of process: Int32) -> [String]? {
        guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
            let end = text.lastIndex(of: ")")
        else { return nil }
        let fields = text[end...].dropFirst().split(separator: " ").map(String.init)
        return fields.count > 19 ? fields : nil
    }
}

/// Random numbers that are the same in every run (SplitMix64: Steele, Lea and Flood 2014).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
