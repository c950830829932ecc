internal import ArgumentParser
internal import Store
internal import Worker

/// `centroid work`: does what is in the queue.
struct WorkCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "work",
        abstract: "Work off the queue, or stay and take what comes.",
        discussion: """
            Each job runs in a worker process, which may crash, hang or use too much memory without harm to the \
            others. Any number of `centroid work` may share one store. The first Ctrl-C or SIGTERM lets running jobs \
            finish, the second hands them back at once.

            Exit status: 0 when all is done, fits that cannot be made included; 65 when other jobs are dead; 130 or \
            143 when Ctrl-C or SIGTERM came before the end. With --watch a signal is the end.
            """
    )

    @OptionGroup var work: WorkOptions
    @OptionGroup var store: StoreOptions

    @Flag(help: "Stay when the queue is empty and take what comes.")
    var watch = false

    func run() throws {
        let path = store.path
        let store = try Store.open(at: path)
        let settings = work.settings(store: path, watches: watch)
        let signal = try WorkSession(store: store, settings: settings, showsProgress: !watch).run()
        let counts = try store.jobCounts()
        StandardError.writeLine(JobSummary(counts).line)
        if let signal, !watch, !counts.isSettled { throw ExitCode(ExitStatus.signalled(signal)) }
        try Outcome(of: nil, in: store, deadOnly: true).report()
    }
}
