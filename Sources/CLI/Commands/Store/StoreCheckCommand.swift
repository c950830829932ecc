internal import ArgumentParser
internal import Network
internal import Store

/// `centroid store check`: whether everything in the store is as it must be.
struct StoreCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Read the whole store and say what is wrong with it.",
        discussion: """
            Checks the file, the rules of the queue and of the results, and every record, and changes nothing. Workers \
            may go on meanwhile. At most \(Store.findingLimit) findings of a kind are listed. Exits with 65 if \
            something is wrong.
            """
    )

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let findings = try Store.check(at: store.path) { try Predictions(decoding: $0).count }
        if output.json {
            try JSONOutput.print(CheckReport(store: store.path, findings: findings))
        } else if findings.isEmpty {
            print("\(store.path) is sound.")
        } else {
            for finding in findings {
                print("\(finding.area.rawValue): \(finding.problem)\n    \(finding.advice)")
            }
        }
        guard findings.isEmpty else {
            let count = findings.count == 1 ? "1 problem" : "\(findings.count) problems"
            throw CommandFailure(.dataError, "\(store.path) has \(count); what to do stands with each")
        }
    }
}

/// What a check found as JSON.
private struct CheckReport: Encodable {
    struct Finding: Encodable {
        let area: String
        let problem: String
        let advice: String
    }

    let store: String
    let sound: Bool
    let findings: [Finding]

    init(store: String, findings: [StoreFinding]) {
        self.store = store
        sound = findings.isEmpty
        self.findings = findings.map { Finding(area: $0.area.rawValue, problem: $0.problem, advice: $0.advice) }
    }
}
