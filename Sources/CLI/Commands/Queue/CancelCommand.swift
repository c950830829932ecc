internal import ArgumentParser
internal import Store

/// `centroid cancel`: takes unfinished jobs back.
struct CancelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cancel",
        abstract: "Take back jobs that are not finished.",
        discussion: """
            What workers hold is interrupted, and its results are refused. Finished results stay.

            Exit status: 66 when a number or an option names no such job.
            """
    )

    @Argument(help: "Numbers of jobs; use --all for every unfinished job.")
    var jobs: [Int64] = []

    @Flag(help: "Every unfinished job that the other options name.")
    var all = false

    @OptionGroup var selection: JobSelection
    @OptionGroup var store: StoreOptions

    func validate() throws {
        guard jobs.isEmpty == all else { throw ValidationError("Name jobs by number, or give --all.") }
    }

    func run() throws {
        let store = try Store.open(at: store.path)
        let filter = try selection.filter(in: store, numbers: jobs)
        let count = try store.cancel(filter)
        if count == 0 { try selection.explainNothing(in: store, numbers: jobs, wanted: "unfinished") }
        print("\(count) job\(count == 1 ? " is" : "s are") cancelled.")
    }
}
