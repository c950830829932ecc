internal import ArgumentParser

/// `centroid data`: the data sets in the store.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Add, fetch, list and remove data sets.",
        subcommands: [
            DataAddCommand.self, DataFetchCommand.self, DataListCommand.self, DataExportCommand.self,
            DataRemoveCommand.self,
        ]
    )
}
