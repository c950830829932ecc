internal import ArgumentParser
internal import Store

/// `centroid init`: makes an experiment store.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make an experiment store.",
        discussion: "An existing file is never touched."
    )

    @OptionGroup var store: StoreOptions

    func run() throws {
        try Store.create(at: store.path).close()
        print("Made the store \(store.path).")
    }
}
