internal import ArgumentParser
internal import Foundation

/// How many jobs run at a time in this process.
struct WorkOptions: ParsableArguments {
    @Option(help: "Jobs at a time in this process; the number of cores if not given.")
    var workers: Int?

    var count: Int { workers ?? ProcessInfo.processInfo.activeProcessorCount }

    func validate() throws {
        if let workers, !(1...256).contains(workers) {
            throw ValidationError("--workers \(workers) is outside 1...256.")
        }
    }
}
