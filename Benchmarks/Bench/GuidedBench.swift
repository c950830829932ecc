internal import Approx
internal import ArgumentParser
internal import Foundation
internal import Network

/// One guided reconstruction of a network, and how the polynomial network does on validation and test set.
struct GuidedBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "guided")

    /// How one set came out, as JSON.
    private struct SetResult: Encodable {
        var images: Int
        var correct: Int
        var originalCorrect: Int
        var agreeing: Int
        var escaped: Int
    }

    private struct Report: Encodable {
        var degree: Int
        var images: Int
        var rows: Int
        var steps: Int
        var headSteps: Int
        var ridge: Double
        var anchors: CurveAnchors
        var seed: UInt64
        var threads: Int
        var seconds: Double
        var stages: [GuidedReconstruction.Stage]
        var sets: [String: SetResult]
    }

    @Option var model: String
    @Option var preprocess: String
    @Option var data: String
    @Option var degree: Int
    @Option(help: "Calibration images, the first of the set.") var images: Int
    @Option(help: "Sampled positions per layer.") var rows = GuidedSettings(degrees: []).rows
    @Option(help: "Joint steps per layer at most.") var steps = ReconstructionSettings().steps
    @Option(help: "Steps of the last layer at most.") var headSteps = ReconstructionSettings().headSteps
    @Option(help: "Pull of the refitted weights towards the original ones.") var ridge = ReconstructionSettings().ridge
    @Option(help: "What anchors weigh beside all values.") var anchorShare = CurveAnchors().share
    @Option(help: "How far they go beyond these, in largest magnitudes.") var anchorReach = CurveAnchors().reach
    @Option var seed: UInt64 = 0
    @Option var threads: Int
    @Option(help: "Bytes of activations in memory.") var memory = 4_000_000_000

    func validate() throws {
        guard GuidedSettings.allowedDegrees.contains(degree) else {
            throw ValidationError("--degree \(degree): choose one of \(GuidedSettings.allowedDegrees).")
        }
    }

    func run() throws {
        let graph = try ONNXImporter.graph(from: try Data(contentsOf: URL(fileURLWithPath: model)))
        let preprocessing = try PreprocessingFile(at: preprocess).input
        let dataset = try Dataset.open(at: data)
        let calibration = try dataset.images(of: .calibration)
        let wanted = try Degree(degree)
        let settings = GuidedSettings(
            degrees: graph.sites.map { _ in wanted },
            layers: ReconstructionSettings(
                ridge: ridge, steps: steps, headSteps: headSteps,
                anchors: CurveAnchors(share: anchorShare, reach: anchorReach)),
            rows: rows, seed: seed)
        let guided = GuidedReconstruction(
            graph, settings: settings, threads: threads, memory: memory,
            directory: FileManager.default.temporaryDirectory)
        let seconds = try Stopwatch.seconds {
            let chosen = Array(0..<min(images, calibration.count))
            try guided.run(calibration, chosen, preprocessing: preprocessing) { _ in }
        }
        let report = Report(
            degree: degree, images: min(images, calibration.count), rows: rows, steps: steps,
            headSteps: headSteps, ridge: ridge, anchors: settings.layers.anchors, seed: seed, threads: threads,
            seconds: seconds, stages: guided.report,
            sets: [
                "validation": try evaluate(guided, on: dataset.images(of: .validation), preprocessing, graph),
                "test": try evaluate(guided, on: dataset.images(of: .test), preprocessing, graph),
            ])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }

    private func evaluate(
        _ guided: GuidedReconstruction, on set: ImageSet, _ preprocessing: Preprocessing, _ graph: NetworkGraph
    ) throws -> SetResult {
        let original = try ParallelInference(
            NetworkRunner(graph: graph, preprocessing: preprocessing), threads: threads
        ).predict(set, 0..<set.count)
        let outcome = try NetworkRunner(graph: guided.refitted, preprocessing: preprocessing).evaluate(
            plan: guided.approximations, set, 0..<set.count, original: original
        ) { _ in }
        return SetResult(
            images: outcome.images, correct: outcome.correct,
            originalCorrect: zip(original.classes, set.labels).count { Int32($0) == $1 }, agreeing: outcome.agreeing,
            escaped: outcome.escaped)
    }
}
