internal import ArgumentParser
internal import Store

/// `centroid data remove`: takes the name of a data set out of the store.
struct DataRemoveCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Remove a data set's name from the store.",
        discussion: """
            The images are never touched, and results stay: they name the images by checksum. Jobs that still need the \
            images find them again when the data set is added again, under whatever name.
            """
    )

    @Argument(help: "The data set's name.")
    var name: String

    @OptionGroup var store: StoreOptions

    func run() throws {
        let store = try Store.open(at: store.path)
        let models = try store.models().filter { $0.dataset == name }.map(\.name)
        let leased = try store.jobCounts()[.leased]
        let isKnown = try store.datasets().contains { $0.name == name }
        guard leased == 0 || !isKnown else {
            throw CommandFailure(
                .temporaryFailure,
                "workers are at \(leased) \(leased == 1 ? "job" : "jobs") that may need images of \(name); wait for them, or "
                    + "stop them first: centroid cancel --all")
        }
        try store.removeDataset(named: name)
        print("Removed data set \(name).")
        if !models.isEmpty {
            StandardError.writeLine(
                "note: \(models.joined(separator: ", ")) still name\(models.count == 1 ? "s" : "") it; "
                    + "add it again, or sweep with --data NAME")
        }
    }
}
