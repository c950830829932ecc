import Foundation
import Store

/// A store with the rendered digits and the network that the project ships for them, and sweeps by their number.
struct ChaosSite {
    let folder: Folder

    init() throws {
        folder = try Folder()
        try succeed("init")
        try succeed("data", "add", "digits", "--built-in")
        try succeed("model", "add", Folder.model, "--preprocess", Folder.preprocessing, "--name", "lenet")
    }

    var store: Store {
        get throws { try Store.open(at: folder.file("centroid.db")) }
    }

    /// Enqueues the sweep with this seed: each has fits and evaluations of its own.
    func sweep(_ seed: Int) throws {
        try succeed(
            "sweep", "lenet", "--degrees", "2...5", "--images", "1500", "--validation-images", "600", "--no-test",
            "--seed", "\(seed)")
    }

    /// What a command prints.
    @discardableResult
    func succeed(_ arguments: String...) throws -> String {
        let run = try folder.run(arguments)
        guard run.status == 0 else { throw ChaosError(description: "\(arguments): \(run.errors)") }
        return run.output
    }
}

struct ChaosError: Error, CustomStringConvertible {
    let description: String
}
