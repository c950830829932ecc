internal import ArgumentParser

/// `centroid data`: the data sets in the store.
struct DataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "data",
        abstract: "Add, fetch and list data sets.",
        subcommands: [DataAddCommand.self, DataFetchCommand.self, DataListCommand.self, DataExportCommand.self]
    )
}
