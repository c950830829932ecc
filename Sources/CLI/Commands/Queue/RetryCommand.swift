internal import ArgumentParser
internal import Store

/// `centroid retry`: gives dead and cancelled jobs another chance.
struct RetryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retry", abstract: "Give dead and cancelled jobs all their attempts again.")

    @Argument(help: "Numbers of jobs; every dead and cancelled job if none is given.")
    var jobs: [Int64] = []

    @OptionGroup var selection: JobSelection
    @OptionGroup var store: StoreOptions

    func run() throws {
        let store = try Store.open(at: store.path)
        var filter = try selection.filter(in: store)
        if !jobs.isEmpty { filter.ids = jobs.map { JobID($0) } }
        let count = try store.retry(filter)
        print("\(count) job\(count == 1 ? " has" : "s have") another chance.")
    }
}
