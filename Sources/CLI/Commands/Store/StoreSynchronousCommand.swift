internal import ArgumentParser
internal import Store

/// `centroid store synchronous`: when writers wait for the disk.
struct StoreSynchronousCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "synchronous",
        abstract: "Show or set when writers wait for the disk.",
        discussion: """
            normal: a power failure may take back the last seconds, whose jobs then run again; it never damages the \
            store. full: every step waits for the disk, so nothing that was reported is taken back. The wish is kept in \
            the store and holds for everything that is written from then on, by workers that run already too. The end \
            of a process, kill -9 included, loses nothing in either case.
            """
    )

    @Argument(help: "normal or full; what holds now is shown if it is left out.")
    var mode: StoreConfiguration.Synchronous?

    @OptionGroup var store: StoreOptions

    func run() throws {
        guard let mode else {
            print(try Store.reader(at: store.path).synchronous().rawValue)
            return
        }
        try Store.open(at: store.path).setSynchronous(mode)
        print("\(store.path) is written with synchronous \(mode.rawValue).")
    }
}
