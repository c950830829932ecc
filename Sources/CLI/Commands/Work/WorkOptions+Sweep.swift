internal import ArgumentParser
internal import Store
internal import Worker

extension WorkOptions {
    /// Works until a sweep is done.
    ///
    /// - Parameter path: Of the store, as it was given.
    /// - Throws: `ExitCode` where a signal came before the end, ``CommandFailure`` where something is missing then.
    func finish(_ sweep: SweepID, in store: Store, at path: String) throws {
        let filter = JobFilter(sweep: sweep)
        let signal = try WorkSession(store: store, settings: settings(store: path, scope: filter)).run()
        if let signal, !(try store.jobCounts(filter).isSettled) { throw ExitStatus.stopped(by: signal) }
        try Outcome(of: filter, in: store).report()
    }
}
