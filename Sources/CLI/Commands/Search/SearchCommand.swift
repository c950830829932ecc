internal import Approx
internal import ArgumentParser
internal import Network
internal import Scheduler
internal import Store

/// `centroid search`: the best plans for the levels that there are.
struct SearchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Search plans under a budget of multiplicative levels: fit, try whole networks, show the front.",
        discussion: """
            Levels count the linear pieces, one each, and the polynomials by --prices, along the longest path. Plans are \
            compared by agreement with the original network on validation images, without labels. Ctrl-C lets the \
            running jobs finish; the same command again goes on where it stopped, and every trial is kept. --test \
            gives the finalists their test figures when all is chosen.
            """
    )

    @OptionGroup var search: SearchOptions
    @OptionGroup var work: WorkOptions
    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func run() throws {
        let path = store.path
        let store = try Store.open(at: path)
        let model = try store.model(named: search.model)
        let wish = try search.wish(for: model, in: store)
        for note in search.notes(on: wish) { StandardError.writeLine("note: \(note)") }
        let graph = try ONNXImporter.graph(from: try store.onnx(of: model.id)).levelGraph
        if let levels = search.levels {
            let fewest = wish.prices.map(\.levels).min() ?? 0
            let least = graph.levels(ofLayers: Array(repeating: fewest, count: graph.layerCount))
            guard levels >= least else {
                throw CommandFailure(
                    .usage, "--levels \(levels): the lowest degree everywhere takes \(least); allow at least as many")
            }
        }
        let scheduler = Scheduler(store)
        let sweep = try scheduler.enqueue(wish, for: model).sweep
        try work.finish(sweep, in: store, at: path)
        let candidates = try SearchCandidates(wish, of: model, graph: graph, in: store)
        let step = try scheduler.lastStep(of: wish, candidates, sweep: sweep)
        let stopped = search.test ? SignalEscalation.ofProcess.heard : nil
        if search.test, stopped == nil {
            let images = try search.testImages(of: wish, in: store)
            if let tests = try scheduler.enqueueTest(of: step, on: images) {
                try work.finish(tests, in: store, at: path)
            }
        }
        let result = try SearchResult(step, chain: search.chain, bootstrapSeconds: search.bootstrapSeconds, in: store)
        if output.json {
            try JSONOutput.print(result)
        } else {
            print(result.rendered(style: .standardOutput))
        }
        // It came at the end of the search, and the tests are still to be made.
        if let stopped { throw ExitStatus.stopped(by: stopped) }
    }
}
