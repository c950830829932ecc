internal import Approx
internal import ArgumentParser
internal import Foundation
internal import Network

/// Writes what one layer of a network reads on calibration images as raw 32-bit numbers, in random order: the first
/// of them are a sample of all.
struct ActivationsBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "activations")

    @Option var model: String
    @Option var preprocess: String
    @Option var data: String
    @Option(help: "Position of the layer.") var layer: Int
    @Option(help: "Calibration images, the first of the set.") var images: Int
    @Option var seed: UInt64 = 0
    @Option var out: String

    func run() throws {
        var graph = try ONNXImporter.graph(from: try Data(contentsOf: URL(fileURLWithPath: model)))
        guard
            let node = graph.nodes.firstIndex(where: {
                if case .activation(layer) = $0.operation { true } else { false }
            })
        else {
            throw ValidationError("--layer \(layer): the network has \(graph.sites.count) layers, from 0.")
        }
        // The network up to the layer, whose input becomes the output.
        graph.output = graph.nodes[node].inputs[0]
        graph.nodes = Array(graph.nodes[..<node])
        graph.sites = Array(graph.sites[..<layer])
        let set = try Dataset.open(at: data).images(of: .calibration)
        let runner = try NetworkRunner(graph: graph, preprocessing: PreprocessingFile(at: preprocess).input)
        var values = try runner.logits(set, 0..<min(images, set.count)) { _ in }
        var random = SplitMix64(seed: seed)
        values.shuffle(using: &random)
        try values.withUnsafeBytes { Data($0) }.write(to: URL(fileURLWithPath: out))
        try Measurement(["count": Double(values.count)]).print()
    }
}
