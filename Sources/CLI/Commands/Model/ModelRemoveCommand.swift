internal import ArgumentParser
internal import Store

/// `centroid model remove`: takes a model out of the store.
struct ModelRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a model, with everything that was made from it.",
        discussion: """
            Its jobs, shards, approximations, plans and evaluations go with it, and nothing brings them back. A model that \
            has results is removed only with --results.
            """
    )

    @Argument(help: "The model's name.")
    var name: String

    @Flag(help: "Remove its results too.")
    var results = false

    @OptionGroup var store: StoreOptions

    func run() throws {
        let store = try Store.open(at: store.path)
        let model = try store.model(named: name)
        let counts = try store.jobCounts(JobFilter(model: model.id))
        guard counts[.leased] == 0 else {
            throw CommandFailure(
                .temporaryFailure,
                "workers hold \(counts[.leased]) jobs of model \(name); first: centroid cancel --all --model \(name)")
        }
        guard results || counts[.done] == 0 else {
            throw CommandFailure(
                .usage,
                "model \(name) has the results of \(counts[.done]) jobs, which would go with it; "
                    + "if that is meant: centroid model remove \(name) --results")
        }
        try store.removeModel(named: name)
        print("Removed model \(name)\(counts.total == 0 ? "" : ", \(counts.total) jobs and their results").")
    }
}
