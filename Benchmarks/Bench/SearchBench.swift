internal import Approx
internal import ArgumentParser
internal import Foundation
internal import Logging
internal import Network
internal import Scheduler
internal import Store
internal import Worker

/// Answers for other optimisers what a trial of a search comes to: the same options, jobs, images and levels.
///
/// The store holds a search that `centroid search` has run. The first line of output is the space; then each line of
/// input, an option for each layer by index as `[0,1,...]`, is answered by one line. Plans that are in the store already,
/// of the search or of runs before, are not made again and bring the seconds that they took.
struct SearchBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "search")

    private struct Space: Encodable {
        /// By layer, what its options are called.
        let options: [[String]]
        let budgets: [Int]
        /// Plans within it are evaluated.
        let limit: Int
    }

    private struct Answer: Encodable {
        let levels: Int
        /// Nil beyond the limit, where nothing was evaluated; 0 where the plan could not be made.
        let agreement: Double?
        /// Of the jobs that made and evaluated the plan, whenever that was.
        let seconds: Double
    }

    @Option var store: String
    @Option(help: "The model's name.") var model: String

    func run() throws {
        let path = store
        let store = try Store.open(at: path)
        let model = try store.model(named: model)
        guard let job = try store.jobs(JobFilter(kinds: [SearchJob.kind], model: model.id)).first else {
            throw ValidationError("The store has no search of \(model.name); run centroid search first.")
        }
        let wish = try CanonicalJSON.value(SearchJob.self, from: job.payload, of: "search job \(job.id)").wish
        let graph = try ONNXImporter.graph(from: try store.onnx(of: model.id)).levelGraph
        let candidates = try SearchCandidates(wish, of: model, graph: graph, in: store)
        let space = candidates.space
        let budgets = wish.goal.budgets(in: space).sorted()
        let limit = budgets.last ?? space.levelRange.upperBound
        try answer(Space(options: space.options.map { $0.map(\.name) }, budgets: budgets, limit: limit))
        while let line = readLine() {
            let choices = try JSONDecoder().decode([Int].self, from: Data(line.utf8))
            guard choices.count == space.options.count, zip(space.options, choices).allSatisfy({ $0.indices ~= $1 })
            else { throw ValidationError("\(line): not an option for each of \(space.options.count) layers.") }
            let levels = space.levels(of: choices)
            guard levels <= limit else {
                try answer(Answer(levels: levels, agreement: nil, seconds: 0))
                continue
            }
            try evaluate(choices, of: candidates, in: store)
            let result = try candidates.result(of: choices, in: store)
            let agreement = result.map { Double($0.evaluation.agreeing) / Double($0.evaluation.images) }
            try answer(Answer(levels: levels, agreement: agreement ?? 0, seconds: result?.seconds ?? 0))
        }
        try store.close()
    }

    /// Does the jobs of a trial in this process.
    private func evaluate(_ choices: [Int], of candidates: SearchCandidates, in store: Store) throws {
        let sweep = try store.enqueue(NewSweep.trial(choices, of: candidates), jobs: candidates.jobs(of: choices)).sweep
        let scope = JobFilter(sweep: sweep)
        let worker = WorkerID(rawValue: "bench-\(ProcessInfo.processInfo.processIdentifier)")
        let loop = WorkerLoop(
            store: store, handlers: JobHandlers.all(on: store), settings: WorkerLoop.Settings(scope: scope),
            name: worker, logger: Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() })
        Thread.detachNewThread {
            while (try? store.hasOpenJobs(scope)) != false { usleep(2000) }
            loop.drain()
        }
        try loop.run()
    }

    private func answer(_ value: some Encodable) throws {
        print(String(decoding: try JSONEncoder().encode(value), as: UTF8.self))
        fflush(nil)
    }
}

extension NewSweep {
    /// A trial that another optimiser asks for.
    fileprivate static func trial(_ choices: [Int], of candidates: SearchCandidates) throws -> NewSweep {
        let settings = try CanonicalJSON.text(of: choices)
        let key = "bench-trial/\(try CanonicalJSON.hash(of: [candidates.model.identity, settings]))"
        return NewSweep(model: candidates.model.id, key: key, settings: settings)
    }
}
