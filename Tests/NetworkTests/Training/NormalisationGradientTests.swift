import Approx
import Foundation
import Network
import Testing

/// Gradients and running statistics of batch normalisation against a reference in double precision, which normalises each
/// micro-batch by its own statistics: gradients against its central differences.
@Suite struct NormalisationGradientTests {
    private static let count = 6
    private static let microBatch = 3
    private typealias Statistics = (mean: Double, variance: Double)

    /// Two normalised convolutions, each followed by tanh. Kernels take 8 or 16 channels at a time: 5 fill no block, 20
    /// leave some over.
    private static func network(channels: Int) throws -> TrainableNetwork {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 5, width: 5))
        let first = network.activation(network.convolution(network.input, to: channels), .tanh)
        let second = network.activation(network.convolution(first, to: channels), .tanh)
        let graph = network.graph(output: network.linear(network.flatten(second), to: 4))
        return try TrainableNetwork(graph: graph, normalised: [0, 2])
    }

    private static func start(_ network: TrainableNetwork) -> [Float] {
        var values = network.initialValues
        var numbers = TestNumbers(seed: 21)
        for node in [0, 2] {
            for index in network.range(of: .scale(node: node)) { values[index] = 1 + 0.25 * numbers.float() }
            for index in network.range(of: .shift(node: node)) { values[index] = 0.25 * numbers.float() }
        }
        return values
    }

    private static func images(_ network: TrainableNetwork) -> ImageSet {
        let set = ImageSet.random(count, shape: network.graph.inputShape)
        return ImageSet(shape: set.shape, pixels: set.pixels, labels: (0..<count).map { Int32($0 % 4) })
    }

    @Test(arguments: [5, 8, 16, 20])
    func gradientsAreThoseOfFiniteDifferences(channels: Int) throws {
        let network = try Self.network(channels: channels)
        let images = Self.images(network)
        let values = Self.start(network)
        let engine = try TrainingEngine(network, microBatch: Self.microBatch, threads: 2)
        _ = try engine.run(
            TrainingBatch(indices: Array(0..<Self.count)),
            of: TrainingImages(images, preprocessing: .identity(channels: 3)), values: values
        ) { try SoftmaxCrossEntropy().add(to: $0) }
        try expectCentralDifferences(
            of: network, at: values, step: 0x1p-17, places: 12, tolerance: 2e-4, gradient: Array(engine.gradient)
        ) { try loss(network, $0, images) }
    }

    /// They move by their share towards the mean over both micro-batches of a step.
    @Test func runningStatisticsAreAveragedOverMicroBatches() throws {
        let network = try Self.network(channels: 5), images = Self.images(network), values = Self.start(network)
        let group = ParameterGroup([.weights, .biases], learningRate: 1e-3)
        let trainer = try Trainer(
            TrainingEngine(network, microBatch: Self.microBatch, threads: 2),
            settings: .init(method: .sgd(momentum: 0), groups: [group], statisticsShare: 0.25), values: values)
        _ = try trainer.step(
            TrainingBatch(indices: Array(0..<Self.count)),
            of: TrainingImages(images, preprocessing: .identity(channels: 3))
        ) { try SoftmaxCrossEntropy().add(to: $0) }
        let graph = graph(network, values)
        let parts = [0..<Self.microBatch, Self.microBatch..<Self.count].map {
            statistics(of: $0, images, graph, network, values)
        }
        for (site, node) in [0, 2].enumerated() {
            let mean = trainer.values[network.range(of: .runningMean(node: node))]
            let variance = trainer.values[network.range(of: .runningVariance(node: node))]
            // That of the population, as PyTorch's: of 3 images of 5 x 5.
            let population = 75.0 / 74
            let means = (0..<5).map { channel in 0.25 * parts.reduce(0) { $0 + $1[site][channel].mean } / 2 }
            let variances = (0..<5).map { channel in
                0.75 + 0.25 * population * parts.reduce(0) { $0 + $1[site][channel].variance } / 2
            }
            #expect(largestDifference(mean, means) < 1e-5)
            #expect(largestDifference(variance, variances) < 1e-5)
            // The micro-batches differ by more than is left to rounding.
            #expect(zip(parts[0][site], parts[1][site]).contains { abs($0.mean - $1.mean) > 1e-2 })
        }
    }

    /// Its gradient is what rounding leaves, of which these make steps of full size.
    @Test(arguments: [OptimisationMethod.adam(decouplesDecay: true), .muon()])
    func biasesInFrontOfANormalisationStay(_ method: OptimisationMethod) throws {
        let network = try Self.network(channels: 5)
        let trainer = try Trainer(
            TrainingEngine(network, microBatch: Self.microBatch),
            settings: .init(method: method, groups: [.init([.weights, .biases], learningRate: 0.01)]),
            values: network.randomValues(seed: 1))
        let images = try TrainingImages(Self.images(network), preprocessing: .identity(channels: 3))
        for _ in 0..<3 {
            _ = try trainer.step(TrainingBatch(indices: Array(0..<Self.count)), of: images) {
                try SoftmaxCrossEntropy().add(to: $0)
            }
        }
        for node in [0, 2] {
            #expect(trainer.values[network.range(of: .bias(node: node))].allSatisfy { $0 == 0 })
            #expect(trainer.values[network.range(of: .shift(node: node))].allSatisfy { $0 != 0 })
        }
    }

    /// Mean cross-entropy of all images, micro-batch after micro-batch.
    private func loss(_ network: TrainableNetwork, _ values: [Float], _ images: ImageSet) throws -> Double {
        let graph = graph(network, values)
        return stride(from: 0, to: Self.count, by: Self.microBatch).reduce(0.0) { sum, start in
            sum + loss(of: start..<start + Self.microBatch, images, graph, network, values)
        } / Double(Self.count)
    }

    /// The network with these weights; normalisations are not folded in.
    private func graph(_ network: TrainableNetwork, _ values: [Float]) -> NetworkGraph {
        var graph = network.graph
        for (index, node) in graph.nodes.enumerated() {
            let weights = Array(values[network.range(of: .weights(node: index))])
            let bias = Array(values[network.range(of: .bias(node: index))])
            switch node.operation {
            case .convolution(var layer):
                (layer.weights, layer.bias) = (weights, bias)
                graph.nodes[index].operation = .convolution(layer)
            case .linear(var layer):
                (layer.weights, layer.bias) = (weights, bias)
                graph.nodes[index].operation = .linear(layer)
            default: break
            }
        }
        return graph
    }

    private func loss(
        of part: Range<Int>, _ images: ImageSet, _ graph: NetworkGraph, _ network: TrainableNetwork, _ values: [Float]
    ) -> Double {
        let statistics = statistics(of: part, images, graph, network, values)
        let outputs = outputs(of: part, images, graph, lines(statistics, network, values))
        return zip(part, outputs).reduce(0.0) { sum, image in
            let logits = image.1[graph.output]
            return sum + log(logits.reduce(0) { $0 + exp($1) }) - logits[Int(images.labels[image.0])]
        }
    }

    /// By normalised node and channel, over the images of a micro-batch.
    private func statistics(
        of part: Range<Int>, _ images: ImageSet, _ graph: NetworkGraph, _ network: TrainableNetwork, _ values: [Float]
    ) -> [[Statistics]] {
        var known: [[Statistics]] = []
        for node in [0, 2] {
            let shape = graph.values[graph.nodes[node].output].shape, plane = shape.height * shape.width
            let read = outputs(of: part, images, graph, lines(known, network, values)).map {
                $0[graph.nodes[node].output]
            }
            known.append(
                (0..<shape.channels).map { channel in
                    let own = read.flatMap { $0[channel * plane..<(channel + 1) * plane] }
                    let mean = own.reduce(0, +) / Double(own.count)
                    let variance = own.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(own.count)
                    return (mean, variance)
                })
        }
        return known
    }

    /// By normalised node and channel: factor and addend that stand for the normalisation.
    private func lines(
        _ statistics: [[Statistics]], _ network: TrainableNetwork, _ values: [Float]
    ) -> [[(factor: Double, addend: Double)]] {
        zip([0, 2], statistics).map { node, channels in
            channels.enumerated().map { channel, own in
                let scale = Double(values[network.range(of: .scale(node: node)).lowerBound + channel])
                let shift = Double(values[network.range(of: .shift(node: node)).lowerBound + channel])
                let factor = scale / (own.variance + 1e-5).squareRoot()
                return (factor, shift - own.mean * factor)
            }
        }
    }

    /// Every value of the graph, by image. Activations whose normalisation is not known yet are 0.
    private func outputs(
        of part: Range<Int>, _ images: ImageSet, _ graph: NetworkGraph, _ lines: [[(factor: Double, addend: Double)]]
    ) -> [[[Double]]] {
        let reference = ReferenceExecutor(graph: graph) { site, channel, x in
            guard site < lines.count else { return 0 }
            return tanh(lines[site][channel].factor * x + lines[site][channel].addend)
        }
        return part.map { reference.values(images.pixels(of: $0)) }
    }
}
