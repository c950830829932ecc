internal import ArgumentParser
internal import Store

/// `centroid retry`: gives dead and cancelled jobs another chance.
struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Give dead and cancelled jobs all their attempts again.",
        discussion: """
            Done jobs are left alone unless --state done asks for them: then their results are made again, in place of \
            what is there.

            Exit status: 66 when a number or an option names no such job.
            """)

    @Argument(help: "Numbers of jobs; every dead and cancelled job if none is given.")
    var jobs: [Int64] = []

    @OptionGroup var selection: JobSelection
    @OptionGroup var store: StoreOptions

    func run() throws {
        let store = try Store.open(at: store.path)
        let filter = try selection.filter(in: store, numbers: jobs)
        let count = try store.retry(filter)
        if count == 0 { try selection.explainNothing(in: store, numbers: jobs, wanted: "dead or cancelled") }
        print("\(count) job\(count == 1 ? " has" : "s have") another chance.")
    }
}
