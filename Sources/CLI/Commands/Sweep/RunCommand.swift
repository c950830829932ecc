internal import ArgumentParser
internal import Foundation
internal import Scheduler
internal import Store
internal import Worker

/// `centroid run`: enqueue, work, and show the tables.
struct RunCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Sweep a model: enqueue, work with progress, print the result tables.",
        discussion: """
            Ctrl-C lets the running jobs finish; the same command again goes on where it stopped. Calibration and \
            choice use training images only; the test set gives the final figure of each plan, once.

            Exit status: 0 when all is done, fits that cannot be made included; 65 when other jobs are dead; 75 when \
            jobs were cancelled meanwhile; 130 or 143 when Ctrl-C or SIGTERM came before the end.
            """
    )

    @OptionGroup var sweep: SweepOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let path = store.path
        let store = try Store.open(at: path)
        let enqueued = try sweep.enqueue(in: store)
        let filter = JobFilter(sweep: enqueued.id)
        let started = ContinuousClock.now
        let signal = try WorkSession(store: store, settings: work.settings(store: path, scope: filter)).run()
        let counts = try store.jobCounts(filter)
        if let signal, !counts.isSettled {
            throw ExitStatus.stopped(by: signal, at: JobSummary(counts).line)
        }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        let report = try SweepResult(enqueued, in: store)
        if output.json {
            try JSONOutput.print(report)
        } else {
            print(report.rendered(style: .standardOutput))
            print("\n\(JobSummary(counts).line) \(Figure.duration(seconds)) on \(work.count) workers.")
        }
        try Outcome(of: filter, in: store).report()
    }
}
