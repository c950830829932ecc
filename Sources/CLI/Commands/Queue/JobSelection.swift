internal import ArgumentParser
internal import Store
internal import Worker

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

    /// - Parameter numbers: Only these jobs, if any are named.
    /// - Throws: ``CommandFailure`` if a number stands for no job, or a word for no kind.
    func filter(in store: Store, numbers: [Int64] = []) throws -> JobFilter {
        for kind in kind.map(JobKind.init(rawValue:)) where !JobHandlers.kinds.contains(kind) {
            // A store may have jobs of kinds that this version does not make.
            guard try store.jobCounts(JobFilter(kinds: [kind])).total == 0 else { continue }
            let known = JobHandlers.kinds.map(\.rawValue).sorted().joined(separator: ", ")
            throw CommandFailure(.usage, "there is no kind of job '\(kind.rawValue)'; choose from \(known)")
        }
        let unknown = try numbers.filter { number in
            try store.jobs(JobFilter(ids: [JobID(number)]), limit: 1).isEmpty
        }
        guard unknown.isEmpty else {
            let list = unknown.map(String.init).joined(separator: ", ")
            throw CommandFailure(
                .noInput, "there is no job \(list); the numbers are in the first column of centroid jobs")
        }
        return JobFilter(
            ids: numbers.isEmpty ? nil : numbers.map { JobID($0) },
            states: state.isEmpty ? nil : state.compactMap(JobState.init(rawValue:)),
            kinds: kind.isEmpty ? nil : kind.map(JobKind.init(rawValue:)),
            model: try model.map { try store.model(named: $0).id }
        )
    }

    /// After a command that changed nothing: that is fine if it was about whatever there is, and a mistake if it named jobs.
    ///
    /// - Parameter wanted: The state that the command works on, in words.
    /// - Throws: ``CommandFailure`` that says what the named jobs are instead.
    func explainNothing(in store: Store, numbers: [Int64], wanted: String) throws {
        guard !numbers.isEmpty || !state.isEmpty || !kind.isEmpty || model != nil else { return }
        let found = try store.jobCounts(filter(in: store, numbers: numbers))
        guard found.total > 0 else {
            throw CommandFailure(.noInput, "no job is like that, so nothing was changed; see centroid jobs")
        }
        let states = JobState.allCases.filter { found[$0] > 0 }.map { "\(found[$0]) \($0.rawValue)" }
        throw CommandFailure(
            .noInput, "none of these jobs is \(wanted): \(states.joined(separator: ", ")); nothing was changed")
    }
}
