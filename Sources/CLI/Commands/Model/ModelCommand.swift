internal import ArgumentParser

/// `centroid model`: the networks in the store.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Add, show and list models.",
        subcommands: [ModelAddCommand.self, ModelShowCommand.self, ModelListCommand.self]
    )
}
