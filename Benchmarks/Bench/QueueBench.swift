internal import ArgumentParser
internal import Foundation
internal import Store

/// The queue alone: jobs that do nothing.
struct QueueBench: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "queue",
        subcommands: [QueueEnqueueBench.self, QueueDrainBench.self]
    )

    /// A job as sweeps make them: its key is a kind and a hash.
    static func job(_ number: Int) throws -> NewJob {
        NewJob(kind: "fit", key: "fit/\(try CanonicalJSON.hash(of: number))", payload: "{\"number\":\(number)}")
    }
}

/// Jobs into a store.
struct QueueEnqueueBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enqueue")

    @Option var store: String
    @Option var jobs: Int

    func run() throws {
        let store =
            FileManager.default.fileExists(atPath: store) ? try Store.open(at: store) : try Store.create(at: store)
        let jobs = try (0..<jobs).map(QueueBench.job)
        let processorTime = clock()
        let seconds = try Stopwatch.seconds { try store.enqueue(jobs) }
        // POSIX counts a million to the second.
        let processorSeconds = Double(clock() - processorTime) / 1_000_000
        try Measurement([
            "seconds": seconds, "processor_seconds": processorSeconds, "jobs_per_second": Double(jobs.count) / seconds,
        ]).print()
        try store.close()
    }
}

/// One process that claims jobs, `batch` at a time, and ends them one by one until none is left, as workers do; several
/// of them share a store.
struct QueueDrainBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "drain")

    @Option var store: String
    @Option var batch: Int
    /// Waits for this file, so that several processes begin together.
    @Option var start: String?

    func run() throws {
        let path = store
        let store = try Store.open(at: path)
        let worker = WorkerID(rawValue: "bench-\(ProcessInfo.processInfo.processIdentifier)")
        while let start, !FileManager.default.fileExists(atPath: start) { usleep(1000) }
        var done = 0
        let seconds = try Stopwatch.seconds {
            while true {
                let jobs = try store.claim(upTo: batch, as: worker, lease: .seconds(60))
                if jobs.isEmpty { break }
                for job in jobs { try store.finish(job) { _ in } }
                done += jobs.count
            }
        }
        try Measurement(["seconds": seconds, "jobs": Double(done)]).print()
        try store.close()
    }
}
