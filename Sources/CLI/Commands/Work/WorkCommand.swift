internal import ArgumentParser
internal import Store
internal import Worker

/// `centroid work`: does what is in the queue.
struct WorkCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work",
        abstract: "Work off the queue, or stay and take what comes.",
        discussion: """
            Any number of processes may work on one store. The first Ctrl-C or SIGTERM lets running jobs finish, the \
            second hands them back at once.
            """
    )

    @OptionGroup var work: WorkOptions
    @OptionGroup var store: StoreOptions

    @Flag(help: "Stay when the queue is empty and take what comes.")
    var watch = false

    func run() async throws {
        let store = try Store.open(at: store.path)
        let settings = WorkerPool.Settings(workers: work.count, watches: watch)
        _ = try await WorkSession(store: store, settings: settings, showsProgress: !watch).run()
        let counts = try store.jobCounts()
        StandardError.writeLine(JobSummary(counts).line)
        if counts[.dead] > 0 { StandardError.writeLine("What failed and why: centroid jobs --state dead") }
    }
}
