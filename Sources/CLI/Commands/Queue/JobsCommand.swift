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
    @Option(help: "At most so many.")
    var limit = 1000
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard limit > 0 else { throw ValidationError("--limit \(limit) is not positive.") }
    }

    func run() throws {
        let store = try Store.reader(at: store.path)
        let filter = try selection.filter(in: store)
        let jobs = try store.jobs(filter, limit: limit).map(JobReport.init)
        if output.json {
            try JSONOutput.print(jobs)
            return
        }
        guard !jobs.isEmpty else {
            print("No such jobs.")
            return
        }
        var table = Table(columns: [
            .number("job"), .text("kind"), .text("state"), .number("attempts"), .text("key"), .text("last error"),
        ])
        for job in jobs {
            table.append([
                String(job.id), job.kind, job.state, String(job.attempts), job.key, job.error ?? "",
            ])
        }
        print(table.rendered(style: .standardOutput))
        let total = try store.jobCounts(filter).total
        if total > jobs.count { print("\n\(jobs.count) of \(total) jobs; --limit shows more.") }
    }
}
