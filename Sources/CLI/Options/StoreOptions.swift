internal import ArgumentParser
internal import Foundation

/// Where the experiment store is.
struct StoreOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "The experiment store; also CENTROID_STORE.",
            discussion: "A SQLite file on a local disk. Default: centroid.db in this folder.",
            valueName: "file"
        )
    )
    var store: String?

    var path: String {
        if let store { return store }
        if let named = ProcessInfo.processInfo.environment["CENTROID_STORE"], !named.isEmpty { return named }
        return "centroid.db"
    }
}
