internal import ArgumentParser
internal import Store

/// `centroid store backup`: the store as one file, while workers go on.
struct StoreBackupCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the store into one file, while workers go on.",
        discussion: """
            The copy is the store as it was when the command began, checked and forced to the disk before it gets its \
            name. It is a store itself: use it with --store.
            """
    )

    @Argument(help: "The file to make.")
    var file: String

    @Flag(help: "Replace the file if it is there.")
    var force = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let backup = try makeBackup()
        if output.json {
            try JSONOutput.print(BackupReport(file: file, backup))
            return
        }
        print(
            """
            Backed up \(store.path) to \(file).
            bytes \(Figure.count(backup.bytes)), models \(Figure.count(backup.models)), jobs \
            \(Figure.count(backup.jobs)), approximations \(Figure.count(backup.approximations)), evaluations \
            \(Figure.count(backup.evaluations))
            """)
    }

    private func makeBackup() throws -> StoreBackup {
        let store = try Store.reader(at: store.path)
        do throws(StoreError) {
            return try store.backup(to: file, replacing: force)
        } catch {
            guard case .alreadyExists(let path) = error else { throw error }
            guard !store.holds(file) else {
                throw CommandFailure(.cannotCreate, "\(path) is the store itself; choose another path")
            }
            let advice = force ? "" : ", or --force to replace it"
            throw CommandFailure(
                .cannotCreate,
                "there is already a file at \(path), and it was left as it is; choose another path\(advice)")
        }
    }
}

/// A backup as JSON.
private struct BackupReport: Encodable {
    let file: String
    let bytes: Int
    let models: Int
    let jobs: Int
    let approximations: Int
    let evaluations: Int

    init(file: String, _ backup: StoreBackup) {
        self.file = file
        bytes = backup.bytes
        models = backup.models
        jobs = backup.jobs
        approximations = backup.approximations
        evaluations = backup.evaluations
    }
}
