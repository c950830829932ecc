internal import ArgumentParser

/// `centroid model`: the networks in the store.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Add, show, list and remove models.",
        subcommands: [ModelAddCommand.self, ModelShowCommand.self, ModelListCommand.self, ModelRemoveCommand.self]
    )
}
