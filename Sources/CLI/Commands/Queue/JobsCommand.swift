internal import ArgumentParser
internal import Store

/// `centroid jobs`: the queue, job by job.
struct JobsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs",
        abstract: "List jobs.",
        discussion: "For example, what failed and why:\n  centroid jobs --state dead"
    )

    @OptionGroup var selection: JobSelection
    @Option(parsing: .unconditional, help: "At most so many.")
    var limit = 1000
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit \(limit) is not positive.") }
    }

    func run() throws {
        let store = try Store.reader(at: store.path)
        let filter = try selection.filter(in: store)
        let names = try CatalogueNames(of: store)
        let jobs = try store.jobs(filter, limit: limit).map { JobReport($0, names: names) }
        if output.json {
            try JSONOutput.print(jobs)
            return
        }
        guard !jobs.isEmpty else {
            print("No such jobs.")
            return
        }
        print(JobReport.table(jobs).rendered(style: .standardOutput))
        let total = try store.jobCounts(filter).total
        if total > jobs.count { print("\n\(jobs.count) of \(total) jobs; --limit shows more.") }
    }
}
