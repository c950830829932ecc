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

    /// Fits that cannot be made are results of their own; anything else that died means that figures are missing.
    private func reportFailures(_ filter: JobFilter, in store: Store) throws {
        var dead = filter
        dead.states = [.dead]
        let jobs = try store.jobs(dead, limit: 3)
        guard let first = jobs.first else { return }
        let total = try store.jobCounts(dead).total
        let summary = "\(total) job\(total == 1 ? "" : "s") failed, first \(first.kind) job \(first.id): "
            + "\(first.lastError ?? "-"); see centroid jobs --state dead"
        dead.kinds = [FitJob.kind]
        guard try store.jobCounts(dead).total < total else {
            StandardError.writeLine("note: \(summary)")
            return
        }
        throw CommandFailure(.dataError, summary)
    }
}
