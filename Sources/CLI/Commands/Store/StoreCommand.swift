internal import ArgumentParser

/// `centroid store`: the care of the store itself.
struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "Check, back up and compare experiment stores.",
        subcommands: [
            StoreCheckCommand.self, StoreBackupCommand.self, StoreDigestCommand.self, StoreSynchronousCommand.self,
        ]
    )
}
