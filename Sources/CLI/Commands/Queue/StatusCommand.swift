internal import ArgumentParser
internal import Foundation
internal import Store

/// `centroid status`: how far the queue is.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "status", abstract: "Show how far the queue is.")

    @Flag(help: "Stay, and show the line anew whenever the queue changes, until it is settled.")
    var watch = false

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let store = try Store.reader(at: store.path)
        if watch { try follow(store) }
        let counts = try store.jobCounts()
        if output.json {
            try JSONOutput.print(StatusReport(counts))
            return
        }
        print(JobSummary(counts).line)
        guard counts.total > 0 else { return }
        var table = Table(columns: [.text("kind")] + JobState.allCases.map { .number($0.rawValue) })
        for (kind, states) in counts.counts.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            table.append([kind.rawValue] + JobState.allCases.map { String(states[$0] ?? 0) })
        }
        print(table.rendered(style: .standardOutput))
        if counts[.dead] > 0 { print("\nWhat failed and why: centroid jobs --state dead") }
    }

    private func follow(_ store: Store) throws {
        var line = ProgressLine()
        defer { line.clear() }
        while true {
            let counts = try store.jobCounts()
            let finished = JobState.allCases.filter(\.isFinal).reduce(0) { $0 + counts[$1] }
            line.show(finished: finished, of: counts.total, detail: JobSummary(counts).line)
            if counts.isSettled { return }
            Thread.sleep(forTimeInterval: 0.5)
        }
    }
}

/// The queue as JSON: counts by kind and state.
private struct StatusReport: Encodable {
    let total: Int
    let states: [String: Int]
    let kinds: [String: [String: Int]]

    init(_ counts: JobCounts) {
        total = counts.total
        states = Dictionary(uniqueKeysWithValues: JobState.allCases.map { ($0.rawValue, counts[$0]) })
        kinds = Dictionary(
            uniqueKeysWithValues: counts.counts.map { kind, states in
                (kind.rawValue, Dictionary(uniqueKeysWithValues: states.map { ($0.key.rawValue, $0.value) }))
            })
    }
}
