internal import ArgumentParser
internal import Store

/// `centroid init`: makes an experiment store.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make an experiment store.",
        discussion: "An existing file is never touched."
    )

    @Option(help: "When writers wait for the disk, normal or full; see `centroid store synchronous --help`.")
    var synchronous = StoreConfiguration.Synchronous.normal

    @OptionGroup var store: StoreOptions

    func run() throws {
        do {
            try Store.create(at: store.path, configuration: StoreConfiguration(synchronous: synchronous)).close()
        } catch StoreError.alreadyExists(let path) {
            throw CommandFailure(
                .cannotCreate,
                "there is already a file at \(path), and it was left as it is; if that is your store, go on with it, "
                    + "else name another with --store")
        }
        print("Made the store \(store.path).")
    }
}
