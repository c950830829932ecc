import Network
import Testing

/// Batch normalisation with the statistics of a micro-batch that is the whole batch, against PyTorch.
@Suite struct TorchNormalisationTests {
    @Test func stepsAndRunningStatisticsAreThoseOfTorch() throws {
        let content: TorchFixture.Normalised = try TorchFixture.read("normalised")
        let network = try TrainableNetwork(graph: Self.graph, normalised: [0, 2])
        let engine = try TrainingEngine(network, microBatch: 8)
        let group = ParameterGroup([.weights, .biases], learningRate: 0.05, weightDecay: 0.01)
        let trainer = try Trainer(
            engine, settings: .init(method: .sgd(momentum: 0.9), groups: [group]),
            values: Self.vector(content.initial, network))
        let images = try Self.images(content)
        for step in 0..<3 {
            let outcome = try trainer.step(TrainingBatch(indices: Array(0..<8)), of: images) {
                try SoftmaxCrossEntropy().add(to: $0)
            }
            #expect(abs(outcome.reports.reduce(0, +) - content.sgd.losses[step]) < 1e-5)
            guard step == 0 else { continue }
            let expected = try Self.vector(content.gradients, network)
            for parameter in network.parameters where parameter.isTrained {
                let difference = zip(engine.gradient[parameter.range], expected[parameter.range]).reduce(0) {
                    max($0, abs($1.0 - $1.1))
                }
                #expect(difference < 2e-5, "\(parameter.name)")
            }
        }
        let expected = try Self.vector(content.sgd.parameters, network)
        for parameter in network.parameters where parameter.isTrained {
            let own = trainer.values[parameter.range]
            #expect(largestDifference(own, expected[parameter.range].map(Double.init)) < 1e-5, "\(parameter.name)")
        }
        for (node, name) in [(0, "first"), (2, "second")] {
            let bias = try #require(content.initial["\(name) bias"])
            #expect(Array(trainer.values[network.range(of: .bias(node: node))]) == bias)
            let running = try #require(content.running[name])
            let mean = trainer.values[network.range(of: .runningMean(node: node))]
            let variance = trainer.values[network.range(of: .runningVariance(node: node))]
            #expect(largestDifference(mean, running.mean.map(Double.init)) < 1e-5)
            #expect(largestDifference(variance, running.variance.map(Double.init)) < 1e-5)
        }
    }

    @Test func foldedNetworkNormalisesWithRunningStatistics() throws {
        let content: TorchFixture.Normalised = try TorchFixture.read("normalised")
        let network = try TrainableNetwork(graph: Self.graph, normalised: [0, 2])
        var values = try Self.vector(content.initial, network)
        for (node, name) in [(0, "first"), (2, "second")] {
            let running = try #require(content.running[name])
            values.replaceSubrange(network.range(of: .runningMean(node: node)), with: running.mean)
            values.replaceSubrange(network.range(of: .runningVariance(node: node)), with: running.variance)
        }
        var unfolded = Self.graph
        for node in [0, 2] {
            guard case .convolution(var layer) = unfolded.nodes[node].operation else { continue }
            layer.weights = Array(values[network.range(of: .weights(node: node))])
            layer.bias = Array(values[network.range(of: .bias(node: node))])
            unfolded.nodes[node].operation = .convolution(layer)
        }
        let image = ImageSet.random(1, shape: unfolded.inputShape).pixels(of: 0)
        let folded = try network.graph(with: values)
        let before = ReferenceExecutor(graph: unfolded).values(image)[unfolded.nodes[0].output]
        let after = ReferenceExecutor(graph: folded).values(image)[unfolded.nodes[0].output]
        let running = try #require(content.running["first"])
        for (index, (x, y)) in zip(before, after).enumerated() {
            let channel = index / 36
            let scale = Double(values[network.range(of: .scale(node: 0)).lowerBound + channel])
            let shift = Double(values[network.range(of: .shift(node: 0)).lowerBound + channel])
            let deviation = (Double(running.variance[channel]) + 1e-5).squareRoot()
            #expect(abs(y - ((x - Double(running.mean[channel])) / deviation * scale + shift)) < 1e-5)
        }
    }

    @Test func partsOfMicroBatchesAreRefused() throws {
        let content: TorchFixture.Normalised = try TorchFixture.read("normalised")
        let engine = try TrainingEngine(TrainableNetwork(graph: Self.graph, normalised: [0, 2]), microBatch: 4)
        #expect(throws: TrainingError.partialMicroBatch(images: 6, microBatch: 4)) {
            _ = try engine.run(
                TrainingBatch(indices: Array(0..<6)), of: Self.images(content), values: engine.network.initialValues
            ) { _ in }
        }
    }

    private static func images(_ content: TorchFixture.Normalised) throws -> TrainingImages {
        let set = ImageSet(shape: graph.inputShape, pixels: .floats(content.images), labels: content.labels)
        return try TrainingImages(set, preprocessing: .identity(channels: 3))
    }

    private static func vector(_ tensors: [String: [Float]], _ network: TrainableNetwork) throws -> [Float] {
        let names = [0: "first", 2: "second", 6: "head"]
        var values = network.initialValues
        for parameter in network.parameters where !parameter.isRunningStatistic {
            let name =
                switch parameter.role {
                case .weights(let node): "\(names[node] ?? "") weights"
                case .bias(let node): "\(names[node] ?? "") bias"
                case .scale(let node): "\(names[node] ?? "") scale"
                case .shift(let node): "\(names[node] ?? "") shift"
                default: ""
                }
            guard parameter.isTrained || tensors[name] != nil else { continue }
            values.replaceSubrange(parameter.range, with: try #require(tensors[name], "\(name)"))
        }
        return values
    }

    private static let graph: NetworkGraph = {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 6, width: 6))
        let first = network.activation(network.convolution(network.input, to: 8))
        let joined = network.activation(network.sum(network.convolution(first, to: 8), first))
        let average = network.add(.globalAveragePool, [joined], TensorShape(channels: 8))
        return network.graph(output: network.linear(average, to: 4))
    }()
}
