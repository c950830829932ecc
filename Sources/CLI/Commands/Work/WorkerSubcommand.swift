internal import ArgumentParser
internal import Worker

/// `centroid worker`: one worker process. People never type it; `work` and `run` start as many as they need.
struct WorkerSubcommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker", abstract: "Be a worker process of `centroid work`.", shouldDisplay: false)

    @Option(name: .long, transform: { try JobTimeout(parsing: $0) })
    var timeout: [JobTimeout] = []

    @Option(transform: { try ByteCount(parsing: $0) })
    var memoryLimit: ByteCount?

    @Option(transform: { try ByteCount(parsing: $0) })
    var heavyMemoryLimit: ByteCount?

    @OptionGroup var scope: WorkScope
    @OptionGroup var store: StoreOptions

    func run() throws {
        var settings = WorkerLoop.Settings(timeouts: JobTimeout.byKind(timeout), scope: scope.filter)
        if let memoryLimit { settings.memory = memoryLimit.bytes }
        if let heavyMemoryLimit { settings.heavyMemory = heavyMemoryLimit.bytes }
        do {
            try WorkerProcess.run(store: store.path, settings: settings, handlers: JobHandlers.all)
        } catch {
            // The supervisor has the words already.
            throw ExitCode(CommandFailure(error).status.rawValue)
        }
    }
}
