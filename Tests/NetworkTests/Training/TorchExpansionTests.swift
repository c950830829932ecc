import Approx
import Network
import Testing

/// Normalised Hermite expansions with the statistics of a micro-batch that is the whole batch, against PyTorch's batch
/// normalisation of each Hermite polynomial by itself.
@Suite struct TorchExpansionTests {
    private let content: TorchFixture.Normalised
    private let network: TrainableNetwork

    init() throws {
        content = try TorchFixture.read("expanded")
        var builder = SmallNetwork(input: TensorShape(channels: 3, height: 6, width: 6))
        let first = builder.activation(builder.convolution(builder.input, to: 8))
        let joined = builder.activation(builder.sum(builder.convolution(first, to: 8), first))
        let average = builder.add(.globalAveragePool, [joined], TensorShape(channels: 8))
        let graph = builder.graph(output: builder.linear(average, to: 4))
        network = try TrainableNetwork(graph: graph, expanded: [0, 1])
    }

    @Test func stepsAndRunningStatisticsAreThoseOfTorch() throws {
        let engine = try TrainingEngine(network, microBatch: 8)
        let group = ParameterGroup([.weights, .biases], learningRate: 0.05, weightDecay: 0.01)
        let trainer = try Trainer(
            engine, settings: .init(method: .sgd(momentum: 0.9), groups: [group]), values: vector(content.initial))
        let images = try TrainingImages(imageSet, preprocessing: .identity(channels: 3))
        for step in 0..<3 {
            let outcome = try trainer.step(TrainingBatch(indices: Array(0..<8)), of: images) {
                try SoftmaxCrossEntropy().add(to: $0)
            }
            #expect(abs(outcome.reports.reduce(0, +) - content.sgd.losses[step]) < 1e-5)
            guard step == 0 else { continue }
            let expected = try vector(content.gradients)
            for parameter in network.parameters where parameter.isTrained {
                let wanted = expected[parameter.range].map(Double.init)
                #expect(largestDifference(engine.gradient[parameter.range], wanted) < 2e-5, "\(parameter.name)")
            }
        }
        let expected = try vector(content.sgd.parameters)
        for parameter in network.parameters where parameter.isTrained {
            let own = trainer.values[parameter.range]
            #expect(largestDifference(own, expected[parameter.range].map(Double.init)) < 1e-5, "\(parameter.name)")
        }
        for (parameter, wanted) in try statistics() {
            #expect(largestDifference(trainer.values[parameter], wanted.map(Double.init)) < 2e-5)
        }
    }

    /// Without a trace of the normalisation: weights, and a quadratic for each channel.
    @Test func foldedNetworkIsTorchsWithRunningStatistics() throws {
        var values = try vector(content.sgd.parameters)
        for (range, statistics) in try statistics() { values.replaceSubrange(range, with: statistics) }
        let domains = Array(repeating: Array(repeating: -3.0...5.0, count: 8), count: 2)
        let folded = try network.foldedExpansions(with: values, domains: domains).compactMap { $0 }
        #expect(folded.map(\.degree) == [2, 2] && folded.allSatisfy { $0.granularity == .channel })
        let reference = ReferenceExecutor(graph: try network.graph(with: values)) { site, channel, x in
            folded[site].polynomials[channel](x)
        }
        let torch = try #require(content.logits)
        for image in 0..<8 {
            let wanted = torch[image * 4..<(image + 1) * 4].map(Double.init)
            #expect(largestDifference(reference.logits(imageSet.pixels(of: image)).map(Float.init), wanted) < 1e-5)
        }
        let runner = try NetworkRunner(
            graph: try network.graph(with: values), preprocessing: .identity(channels: 3))
        let logits = try runner.logits(plan: folded, imageSet, 0..<8) { _ in }
        #expect(largestDifference(logits, torch.map(Double.init)) < 1e-4)
    }

    /// Torch's are of (x^2 - 1) / sqrt(2), ours of x^2.
    private func statistics() throws -> [(Range<Int>, [Float])] {
        var all: [(Range<Int>, [Float])] = []
        for (site, name) in ["first", "second"].enumerated() {
            let linear = try #require(content.running["\(name) linear"])
            let square = try #require(content.running["\(name) square"])
            all.append(
                (
                    network.range(of: .expansionMean(site: site)),
                    linear.mean + square.mean.map { $0 * Float(2).squareRoot() + 1 }
                ))
            all.append(
                (network.range(of: .expansionVariance(site: site)), linear.variance + square.variance.map { 2 * $0 }))
        }
        return all
    }

    private var imageSet: ImageSet {
        ImageSet(shape: network.graph.inputShape, pixels: .floats(content.images), labels: content.labels)
    }

    private func vector(_ tensors: [String: [Float]]) throws -> [Float] {
        let nodes = [0: "first", 2: "second", 6: "head"], sites = ["first", "second"]
        var values = network.initialValues
        for parameter in network.parameters where !parameter.isRunningStatistic {
            let name =
                switch parameter.role {
                case .weights(let node): "\(nodes[node] ?? "") weights"
                case .bias(let node): "\(nodes[node] ?? "") bias"
                case .expansionScale(let site): "\(sites[site]) expansion scale"
                case .expansionShift(let site): "\(sites[site]) expansion shift"
                default: ""
                }
            values.replaceSubrange(parameter.range, with: try #require(tensors[name], "\(name)"))
        }
        return values
    }
}
