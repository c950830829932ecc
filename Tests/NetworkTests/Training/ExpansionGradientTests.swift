import Approx
import Foundation
import Network
import Testing

/// Gradients of normalised Hermite expansions against central differences of a reference in double precision, which
/// normalises each Hermite polynomial by the statistics of its micro-batch.
@Suite struct ExpansionGradientTests {
    private static let count = 6
    private static let microBatch = 3
    /// By channel: the mean and the variance of h_1 and h_2.
    private typealias Statistics = [[(mean: Double, variance: Double)]]

    /// Three expansions: one whose result is read twice, one behind a sum, one behind a linear layer. Kernels take 8 or 16
    /// channels at a time: 5 fill no block, 20 leave some over.
    private static func network(channels: Int) throws -> TrainableNetwork {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 5, width: 5))
        let first = network.activation(network.convolution(network.input, to: channels))
        let joined = network.activation(network.sum(network.convolution(first, to: channels), first))
        let hidden = network.activation(network.linear(network.flatten(joined), to: 7))
        return try TrainableNetwork(
            graph: network.graph(output: network.linear(hidden, to: 4)), expanded: [0, 1, 2])
    }

    private static func start(_ network: TrainableNetwork) -> [Float] {
        var values = network.initialValues
        var numbers = TestNumbers(seed: 22)
        for site in 0..<3 {
            for index in network.range(of: .expansionScale(site: site)) { values[index] = 1 + 0.25 * numbers.float() }
            for index in network.range(of: .expansionShift(site: site)) { values[index] = 0.25 * numbers.float() }
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
        let images = Self.images(network), values = Self.start(network)
        let engine = try TrainingEngine(network, microBatch: Self.microBatch, threads: 2)
        let reports = try engine.run(
            TrainingBatch(indices: Array(0..<Self.count)),
            of: TrainingImages(images, preprocessing: .identity(channels: 3)), values: values
        ) { try SoftmaxCrossEntropy().add(to: $0) }
        #expect(abs(reports.reduce(0, +) - (try loss(network, values, images))) < 1e-5)
        try expectCentralDifferences(
            of: network, at: values, step: 0x1p-15, places: 8, tolerance: 5e-4, gradient: Array(engine.gradient)
        ) { try loss(network, $0, images) }
    }

    @Test func functionsWithoutASquareAreRefused() throws {
        var network = SmallNetwork(input: TensorShape(channels: 3, height: 5, width: 5))
        let hidden = network.activation(network.convolution(network.input, to: 4), .tanh)
        let graph = network.graph(output: network.linear(network.flatten(hidden), to: 4))
        let name = graph.sites[0].name
        #expect(throws: TrainingError.notExpandable(site: name, function: "tanh")) {
            try TrainableNetwork(graph: graph, expanded: [0])
        }
        #expect(throws: TrainingError.unknownSite(1, sites: 1)) { try TrainableNetwork(graph: graph, expanded: [1]) }
    }

    @Test func partsOfMicroBatchesAndPassesWithoutABatchAreRefused() throws {
        let network = try Self.network(channels: 5)
        let engine = try TrainingEngine(network, microBatch: 4)
        let images = try TrainingImages(Self.images(network), preprocessing: .identity(channels: 3))
        #expect(throws: TrainingError.partialMicroBatch(images: 6, microBatch: 4)) {
            _ = try engine.run(
                TrainingBatch(indices: Array(0..<6)), of: images, values: network.initialValues
            ) { _ in }
        }
        #expect(throws: TrainingError.self) { try ForwardEngine(network, microBatch: 4) }
    }

    @Test func valuesThatAreNotFiniteAreFoundAtTheirSite() throws {
        let network = try Self.network(channels: 5)
        var values = Self.start(network)
        values[network.range(of: .bias(node: 2)).lowerBound] = .infinity
        let engine = try TrainingEngine(network, microBatch: Self.microBatch)
        let images = try TrainingImages(Self.images(network), preprocessing: .identity(channels: 3))
        let error = try #require(throws: TrainingError.self) {
            _ = try engine.run(TrainingBatch(indices: Array(0..<6)), of: images, values: values) { _ in }
        }
        let place = NonFiniteValue.Place.site(name: network.graph.sites[1].name)
        #expect(error == .nonFinite(NonFiniteValue(place: place, step: 0, images: 0..<3)))
    }

    // MARK: - Reference

    /// Mean cross-entropy of all images, micro-batch after micro-batch.
    private func loss(_ network: TrainableNetwork, _ values: [Float], _ images: ImageSet) throws -> Double {
        let graph = try network.graph(with: values)
        return stride(from: 0, to: Self.count, by: Self.microBatch).reduce(0.0) { sum, start in
            let part = start..<start + Self.microBatch
            var known: [Statistics] = []
            for node in graph.nodes {
                guard case .activation(let site) = node.operation else { continue }
                let channels = graph.sites[site].shape.channels
                let read = outputs(of: part, images, graph, known, network, values).map { $0[node.inputs[0]] }
                known.append((0..<channels).map { statistics(of: $0, channels, read) })
            }
            return zip(part, outputs(of: part, images, graph, known, network, values)).reduce(sum) { sum, image in
                let logits = image.1[graph.output]
                return sum + log(logits.reduce(0) { $0 + exp($1) }) - logits[Int(images.labels[image.0])]
            }
        } / Double(Self.count)
    }

    private func statistics(
        of channel: Int, _ channels: Int, _ read: [[Double]]
    ) -> [(mean: Double, variance: Double)] {
        let own = read.flatMap { image in
            let plane = image.count / channels
            return image[channel * plane..<(channel + 1) * plane]
        }
        return [own, own.map(Self.secondHermite)].map { terms in
            let mean = terms.reduce(0, +) / Double(terms.count)
            return (mean, terms.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(terms.count))
        }
    }

    /// Every value of the graph, by image. Expansions whose statistics are not known yet are 0.
    private func outputs(
        of part: Range<Int>, _ images: ImageSet, _ graph: NetworkGraph, _ known: [Statistics],
        _ network: TrainableNetwork, _ values: [Float]
    ) -> [[[Double]]] {
        let reference = ReferenceExecutor(graph: graph) { site, channel, x in
            guard site < known.count else { return 0 }
            let scale = Double(values[network.range(of: .expansionScale(site: site)).lowerBound + channel])
            let shift = Double(values[network.range(of: .expansionShift(site: site)).lowerBound + channel])
            let terms = zip([x, Self.secondHermite(x)], known[site][channel]).map { term, own in
                (term - own.mean) / (own.variance + 1e-5).squareRoot()
            }
            // ReLU's coefficients under the standard Gaussian.
            let sum = 1 / (2 * Double.pi).squareRoot() + terms[0] / 2 + terms[1] / (2 * Double.pi.squareRoot())
            return scale * sum + shift
        }
        return part.map { reference.values(images.pixels(of: $0)) }
    }

    private static func secondHermite(_ x: Double) -> Double { (x * x - 1) / Double(2).squareRoot() }
}
