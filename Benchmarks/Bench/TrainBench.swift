internal import ArgumentParser
internal import Foundation
internal import Network

/// Images per second of training steps: augmentation, forward, cross-entropy, backward, and the optimiser's step: Adam on
/// the model, whose normalisations are folded, or SGD on an architecture that normalises batches.
struct TrainBench: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "train")

    @Option var model: String
    @Option var preprocess: String
    @Option var data: String
    @Option var batch: Int
    @Option var steps: Int
    @Option var threads: Int
    @Option var microBatch = TrainingEngine.defaultMicroBatch
    /// An architecture in place of the model, as `centroid train` trains it.
    @Option var scratch: String?

    func validate() throws {
        guard batch > 0, steps > 0 else { throw ValidationError("--batch and --steps must be 1 or more.") }
    }

    func run() throws {
        let images = try TrainingImages(
            Dataset.open(at: data).images(of: .test), preprocessing: PreprocessingFile(at: preprocess).input,
            augmentation: .cifar)
        let trainer = try trainer(images)
        var batches = TrainingBatch.epoch(0, of: images.set.count, size: batch, seed: 1).makeIterator()
        func step() throws {
            guard let batch = batches.next() else { return }
            _ = try trainer.step(batch, of: images) { try SoftmaxCrossEntropy().add(to: $0) }
        }
        for _ in 0..<2 { try step() }
        let count = max(1, min(steps, images.set.count / batch - 2))
        let seconds = try Stopwatch.seconds { for _ in 0..<count { try step() } }
        try Measurement(["images_per_second": Double(count * batch) / seconds]).print()
    }
    private func trainer(_ images: TrainingImages) throws -> Trainer {
        guard let scratch else {
            let graph = try ONNXImporter.graph(from: try Data(contentsOf: URL(fileURLWithPath: model)))
            let engine = try TrainingEngine(TrainableNetwork(graph: graph), microBatch: microBatch, threads: threads)
            return try Trainer(
                engine, settings: .init(method: .adam(), groups: [.init([.weights, .biases], learningRate: 1e-5)]))
        }
        guard let architecture = Architecture(rawValue: scratch) else {
            throw ValidationError("There is no architecture '\(scratch)'.")
        }
        let blueprint = try architecture.blueprint(input: images.set.shape, classes: 10)
        let network = try TrainableNetwork(graph: blueprint.graph, normalised: blueprint.normalised)
        let engine = try TrainingEngine(network, microBatch: microBatch, threads: threads)
        let groups = [
            ParameterGroup([.weights], learningRate: 0.01, weightDecay: 5e-4), .init([.biases], learningRate: 0.01),
        ]
        return try Trainer(
            engine, settings: .init(method: .sgd(momentum: 0.9, nesterov: true), groups: groups),
            values: network.randomValues(seed: 0))
    }
}
