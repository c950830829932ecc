internal import ArgumentParser
internal import Scheduler
internal import Store
internal import Worker

/// One job, and what it needs, done while the user waits.
struct AwaitedJob {
    let id: JobID
    let store: Store
    /// How jobs of a scope are worked on: those of this one and what it needs.
    let settings: (JobFilter) -> Supervisor.Settings

    /// Works on it until it is done or a signal stops the work.
    ///
    /// - Parameters:
    ///   - telling: Called about five times a second, to say how the job goes.
    ///   - found: What the job has made; nil as long as it has not.
    /// - Throws: `CommandFailure` or `ExitCode` where it made nothing.
    func result<Result>(
        telling: (@Sendable (Console) -> Void)? = nil, found: () throws -> Result?
    ) throws -> Result {
        let scope = JobFilter(neededFor: id)
        let signal = try WorkSession(store: store, settings: settings(scope), telling: telling).run()
        if let result = try found() { return result }
        if let signal { throw ExitStatus.stopped(by: signal) }
        try Outcome(of: scope, in: store).report()
        throw CommandFailure(
            .temporaryFailure, "job \(id) left no result; see centroid jobs, then give the same command again")
    }
}
