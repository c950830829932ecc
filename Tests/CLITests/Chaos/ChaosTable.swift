import Foundation
import Store

/// What came of a chaos run.
struct ChaosTable {
    let jobs: Int
    /// Jobs that are neither done nor dead in the undisturbed way.
    let lost: Int
    /// Jobs with more than one attempt that ended `done`.
    let doubled: Int
    /// Attempts that ended with a killed process.
    let interrupted: Int
    private let afterWorker: Recovery
    private let afterSupervisor: Recovery

    /// Seconds since processes were killed.
    private struct Recovery {
        /// Until their jobs were taken back.
        var back: [Double] = []
        /// Until their jobs, which may have to wait for more urgent ones, were leased again.
        var again: [Double] = []
    }

    init(_ run: ChaosRun, in store: Store, undisturbed: [String: JobState]) throws {
        let all = try store.jobs(limit: 1_000_000)
        jobs = all.count
        let states = Dictionary(uniqueKeysWithValues: all.map { ($0.key, $0.state) })
        lost =
            undisturbed.count { key, state in states[key] != state }
            + abs(all.count - undisturbed.count)
        var doubled = 0
        var interrupted = 0
        var recoveries = [false: Recovery(), true: Recovery()]
        for job in all {
            let attempts = try store.attempts(of: job.id)
            if attempts.count(where: { $0.outcome == .done }) > 1 { doubled += 1 }
            interrupted += attempts.count { $0.outcome == .lost }
            for (attempt, next) in zip(attempts, attempts.dropFirst()) where attempt.outcome == .lost {
                let process = attempt.owner.process
                let death = run.deaths.first {
                    $0.worker.process?.number == process?.number
                        && $0.worker.process?.startedAt == process?.startedAt
                }
                guard let death else { continue }
                let killed = death.at.timeIntervalSince1970
                recoveries[death.withSupervisor]?.back.append(Double(attempt.endedAt.milliseconds) / 1000 - killed)
                recoveries[death.withSupervisor]?.again.append(Double(next.startedAt.milliseconds) / 1000 - killed)
            }
        }
        self.doubled = doubled
        self.interrupted = interrupted
        afterWorker = recoveries[false] ?? Recovery()
        afterSupervisor = recoveries[true] ?? Recovery()
    }

    func rendered(_ run: ChaosRun, digestsAreEqual: Bool) -> String {
        """
        kills                     \(run.workersKilled + run.supervisorsKilled) (\(run.workersKilled) workers, \
        \(run.supervisorsKilled) supervisors)
        jobs                      \(jobs) in \(run.sweeps) sweeps
        attempts interrupted      \(interrupted)
        lost                      \(lost)
        doubled                   \(doubled)
        digest equal              \(digestsAreEqual ? "yes" : "NO")
        worker killed: job taken back after      \(Self.summary(afterWorker.back))
        worker killed: job leased again after    \(Self.summary(afterWorker.again))
        supervisor killed: taken back after      \(Self.summary(afterSupervisor.back))
        supervisor killed: job leased again      \(Self.summary(afterSupervisor.again))
        """
    }

    private static func summary(_ seconds: [Double]) -> String {
        guard !seconds.isEmpty else { return "-" }
        let sorted = seconds.sorted()
        return String(
            format: "median %.2f s, longest %.2f s of %d", sorted[sorted.count / 2], sorted[sorted.count - 1],
            sorted.count)
    }
}
