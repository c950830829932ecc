internal import ArgumentParser
internal import Foundation
internal import Network
internal import Store

/// `centroid explain`: what each layer of a plan costs, why, and how far its values can go.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Show what each layer of a plan costs and why, with observed and certified ranges.",
        discussion: """
            Each layer is tried alone in the original network, and left out alone of the plan's, on the first \
            validation images; ranges are observed on as many calibration images. Certified bounds hold for every \
            image of bytes 0 to 255. Errors are mean squares relative to the variance of what the original network \
            has there. Nothing is written; Ctrl-C stops at any time.
            """
    )

    @Argument(help: "The model's name.")
    var model: String

    @Option(help: "The plan's name, of which the newest is taken, or 8 or more digits from the start of its key.")
    var plan: String

    @Option(parsing: .unconditional, help: "Use this many validation images, and as many calibration images.")
    var images = 1000

    @Option(help: "The data set; by default the one that the model was trained on.")
    var data: String?

    @Option(parsing: .unconditional, help: "Threads; by default one for each processor. Results do not depend on them.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup var store: StoreOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard images > 0 else { throw ValidationError("--images \(images): choose 1 or more.") }
        guard threads > 0 else { throw ValidationError("--threads \(threads): choose 1 or more.") }
    }

    func run() throws {
        let store = try Store.reader(at: store.path)
        let loaded = try LoadedPlan(plan, of: model, in: store)
        loaded.noteNamesakes()
        let dataset = try loaded.dataset(named: data, in: store)
        let original = try ONNXImporter.graph(from: try store.onnx(of: loaded.model.id))
        let explanation = try PlanExplanation(
            loaded, original: original, dataset: dataset, images: images, threads: threads)
        if output.json {
            try JSONOutput.print(explanation)
        } else {
            print(explanation.rendered(style: .standardOutput))
        }
    }
}
