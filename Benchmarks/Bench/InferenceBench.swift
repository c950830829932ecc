internal import ArgumentParser
internal import Foundation
internal import Network

/// Images per second through the original network, preprocessing included.
struct InferenceBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "inference")

    @Option var model: String
    @Option var preprocess: String
    @Option var data: String
    @Option var images: Int
    @Option var threads: Int

    func run() throws {
        let graph = try ONNXImporter.graph(from: try Data(contentsOf: URL(fileURLWithPath: model)))
        let preprocessing = try PreprocessingFile(at: preprocess).input
        let set = try Dataset.open(at: data).images(of: .test)
        let inference = try ParallelInference(
            NetworkRunner(graph: graph, preprocessing: preprocessing), threads: threads)
        let range = 0..<min(images, set.count)
        _ = try inference.logits(set, 0..<min(512, set.count))
        let seconds = try Stopwatch.seconds { _ = try inference.logits(set, range) }
        try Measurement(["images_per_second": Double(range.count) / seconds]).print()
    }
}
