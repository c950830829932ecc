internal import ArgumentParser
internal import Store

/// `centroid sweep`: puts the fits of some degrees, and what shows how good they are, into the queue.
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Enqueue fits and evaluations of every layer, degree and fitter, and whole networks.",
        discussion: """
            The same sweep twice adds nothing. Work it off with: centroid work

            The fitter guided needs no labels and works on the whole network: for each degree it refits weights and \
            polynomials layer by layer, alone on all cores, and goes on from its last finished layer after a stop. \
            Distilled then trains that network towards the original one, without labels, for --epochs passes over the \
            training images or for the time of --budget, and goes on where it was stopped.

            Retrained and from-scratch train networks of degree 2 with labels, as AESPA does: from the weights of the \
            trained network, and from random ones. No other fitter looks at a label of a training image.
            """
    )

    @OptionGroup var sweep: SweepOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try Store.open(at: store.path)
        let enqueued = try sweep.enqueue(in: store)
        let counts = try store.jobCounts(JobFilter(sweep: enqueued.id))
        if output.json {
            try JSONOutput.print(
                SweepReport(sweep: enqueued.id.value, added: enqueued.outcome.added, jobs: counts.total))
        } else {
            print("Sweep \(enqueued.id): \(enqueued.outcome.added) new of \(JobSummary(counts).line)")
        }
    }
}

/// An enqueued sweep as JSON.
private struct SweepReport: Encodable {
    let sweep: Int64
    let added: Int
    let jobs: Int
}
