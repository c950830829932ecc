internal import ArgumentParser
internal import Store

/// Which jobs a command is about.
struct JobSelection: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only jobs in this state (\(JobState.allCases.map(\.rawValue).joined(separator: ", "))); repeatable.",
            valueName: "state"))
    var state: [String] = []

    @Option(help: ArgumentHelp("Only jobs of this kind, such as fit; repeatable.", valueName: "kind"))
    var kind: [String] = []

    @Option(help: ArgumentHelp("Only jobs of this model.", valueName: "name"))
    var model: String?

    func validate() throws {
        for word in state where JobState(rawValue: word) == nil {
            let known = JobState.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("There is no state '\(word)'; choose from \(known).")
        }
    }

    func filter(in store: Store) throws -> JobFilter {
        JobFilter(
            states: state.isEmpty ? nil : state.compactMap(JobState.init(rawValue:)),
            kinds: kind.isEmpty ? nil : kind.map(JobKind.init(rawValue:)),
            model: try model.map { try store.model(named: $0).id }
        )
    }
}
