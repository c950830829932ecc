internal import ArgumentParser
internal import Foundation
internal import Scheduler
internal import Store
internal import Worker

/// `centroid run`: enqueue, work, and show the tables.
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Sweep a model: enqueue, work with progress, print the result tables.",
        discussion: """
            Ctrl-C lets the running jobs finish; the same command again goes on where it stopped. Calibration and choice \
            use training images only; the test set gives the final figure of each plan, once.
            """
    )

    @OptionGroup var sweep: SweepOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let store = try Store.open(at: store.path)
        let enqueued = try sweep.enqueue(in: store)
        let filter = JobFilter(sweep: enqueued.id)
        let started = ContinuousClock.now
        let interrupted = try await WorkSession(
            store: store, settings: WorkerPool.Settings(workers: work.count, until: filter)
        ).run()
        let counts = try store.jobCounts(filter)
        if interrupted, !counts.isSettled {
            StandardError.writeLine("Stopped. \(JobSummary(counts).line) The same command goes on from here.")
            throw ExitCode(ExitStatus.interrupted.rawValue)
        }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        let report = try SweepResult(enqueued, in: store)
        if output.json {
            try JSONOutput.print(report)
        } else {
            print(report.rendered(style: .standardOutput))
            print("\n\(JobSummary(counts).line) \(Figure.duration(seconds)) on \(work.count) workers.")
        }
        try reportFailures(filter, in: store)
    }

    /// Fits that cannot be made are results of their own; anything else that is not done means that figures are missing.
    private func reportFailures(_ filter: JobFilter, in store: Store) throws {
        var dead = filter
        dead.states = [.dead]
        var unfinished = filter
        unfinished.states = [.dead, .cancelled, .blocked]
        let missing = try store.jobCounts(unfinished).total
        guard missing > 0 else { return }
        dead.kinds = [FitJob.kind]
        let failedFits = try store.jobCounts(dead).total
        dead.kinds = nil
        let first = try store.jobs(dead, limit: 1).first
        let reason = first.map { ", first \($0.kind) job \($0.id): \($0.lastError ?? "-")" } ?? ""
        let summary =
            "\(missing) job\(missing == 1 ? " is" : "s are") not done\(reason); "
            + "see centroid jobs --state dead, --state cancelled or --state blocked, then centroid retry"
        guard missing > failedFits else {
            StandardError.writeLine("note: \(summary)")
            return
        }
        throw CommandFailure(.dataError, summary)
    }
}
