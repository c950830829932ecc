internal import ArgumentParser
internal import Store

/// The jobs that worker processes are for, as their supervisor tells them.
struct WorkScope: ParsableArguments {
    @Option(help: "Only jobs of this sweep.")
    var sweep: Int64?

    @Option(help: "Only this job and what it needs.")
    var neededFor: Int64?

    init() {}

    init(_ filter: JobFilter) {
        sweep = filter.sweep?.value
        neededFor = filter.neededFor?.value
    }

    /// Nil for all jobs.
    var filter: JobFilter? {
        guard sweep != nil || neededFor != nil else { return nil }
        return JobFilter(sweep: sweep.map(SweepID.init), neededFor: neededFor.map(JobID.init))
    }

    /// What ``init()`` parses again.
    var arguments: [String] {
        (sweep.map { ["--sweep", "\($0)"] } ?? []) + (neededFor.map { ["--needed-for", "\($0)"] } ?? [])
    }
}
