internal import ArgumentParser
internal import Foundation
internal import Store
internal import Worker

/// How many jobs run at a time, and what they may use.
struct WorkOptions: ParsableArguments {
    @Option(
        parsing: .unconditional,
        help: "Worker processes, each with one job at a time; the number of cores if not given.")
    var workers: Int?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Memory that one worker process may use, such as 8GB or 500MB.",
            discussion: "Its job fails beyond that. Default: a fair part of four fifths of the machine's.",
            valueName: "size"),
        transform: { try ByteCount(parsing: $0) })
    var memoryLimit: ByteCount?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "How long jobs may run, such as 2h, or fit=10m for one kind; repeatable.", valueName: "[kind=]time"),
        transform: { try JobTimeout(parsing: $0) })
    var timeout: [JobTimeout] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "How long running jobs may take to finish after a signal, 1m if not given; then they are handed back.",
            valueName: "time"),
        transform: { try TimeSpan(parsing: $0) })
    var drainDeadline: TimeSpan?

    var count: Int { workers ?? ProcessInfo.processInfo.activeProcessorCount }

    func validate() throws {
        if let workers, !(1...256).contains(workers) {
            throw ValidationError("--workers \(workers) is outside 1...256.")
        }
    }

    /// - Parameters:
    ///   - path: The store, as it was given.
    ///   - scope: The jobs to be done; nil for all.
    func settings(
        store path: String, watches: Bool = false, scope: JobFilter? = nil
    ) -> Supervisor.Settings {
        Supervisor.Settings(
            store: path, workers: count, memory: memoryLimit?.bytes ?? Memory.standardLimit(workers: count),
            heavyMemory: memoryLimit?.bytes ?? Memory.standardLimit(workers: 1), timeouts: timeout,
            drainDeadline: (drainDeadline ?? .minute).duration, watches: watches, scope: scope)
    }
}
