import Approx
import Foundation
import Network
import Testing

@Suite struct ArchitectureTests {
    private static let cifar = TensorShape(channels: 3, height: 32, width: 32)
    private static let mnist = TensorShape(channels: 1, height: 28, width: 28)

    /// Parameters as the literature counts them, less those of normalisations, which are folded into biases.
    @Test(arguments: [
        (Architecture.lenet5, mnist, 61_706, 4), (.resnet20, cifar, 269_034, 19), (.resnet32, cifar, 463_018, 31),
        (.resnet44, cifar, 657_002, 43), (.resnet56, cifar, 850_986, 55), (.vgg11, cifar, 9_225_610, 8),
        (.vgg16, cifar, 14_719_818, 13),
    ])
    func sizesAreThoseOfTheLiterature(
        _ architecture: Architecture, input: TensorShape, parameters: Int, layers: Int
    ) throws {
        let blueprint = try architecture.blueprint(input: input, classes: 10)
        #expect(blueprint.graph.parameterCount == parameters)
        #expect(blueprint.graph.sites.count == layers)
        #expect(blueprint.graph.classCount == 10)
        let convolutions = blueprint.graph.nodes.indices.filter {
            if case .convolution = blueprint.graph.nodes[$0].operation { true } else { false }
        }
        #expect(blueprint.normalised == (architecture.isNormalised ? Set(convolutions) : []))
        #expect(!blueprint.graph.nodes.contains { $0.operation.runsInClearOnly })
    }

    @Test func lenetIsTheOneThatTheProjectShips() throws {
        let shipped = try DigitsNetwork.imported().graph
        let own = try Architecture.lenet5.blueprint(input: Self.mnist, classes: 10).graph
        #expect(Self.structure(own) == Self.structure(shipped))
    }

    @Test(.enabled(if: RealNetworks.areAvailable, RealNetworks.advice), arguments: [Architecture.resnet20, .resnet32])
    func residualNetworksAreThoseThatWereTrainedElsewhere(_ architecture: Architecture) throws {
        let elsewhere = try RealNetworks.open("\(architecture.rawValue)-cifar10").runner.graph
        let own = try architecture.blueprint(input: Self.cifar, classes: 10).graph
        #expect(Self.structure(own) == Self.structure(elsewhere))
    }

    /// Odd sizes leave a row and a column out of averages and shortcuts, and all sizes go through a file and back.
    @Test(arguments: [
        (Architecture.lenet5, TensorShape(channels: 2, height: 15, width: 13)),
        (.resnet20, TensorShape(channels: 3, height: 9, width: 7)),
    ])
    func networksComeBackFromTheirFiles(_ architecture: Architecture, input: TensorShape) throws {
        let blueprint = try architecture.blueprint(input: input, classes: 3)
        let network = try TrainableNetwork(graph: blueprint.graph, normalised: blueprint.normalised)
        let graph = try network.graph(with: network.randomValues(seed: 4))
        let origin = TrainingOrigin(
            model: "net", architecture: architecture.rawValue, dataset: "digits", datasetFingerprint: "ab",
            preprocessing: "{}", settings: "{}")
        let file = try ONNXExporter.file(
            graph, plan: Array(repeating: nil, count: graph.sites.count), interface: .standard, origin: origin)
        let read = try ONNXImporter.graph(from: file)
        #expect(Self.structure(read) == Self.structure(graph))
        #expect(read.sites.map(\.name) == graph.sites.map(\.name))
        let images = ImageSet.random(3, shape: input)
        let before = try NetworkRunner(graph).logits(images, 0..<3) { _ in }
        #expect(try NetworkRunner(read).logits(images, 0..<3) { _ in } == before)
        let largest = before.reduce(0) { max($0, abs($1)) }
        for image in 0..<3 {
            let expected = ReferenceExecutor(graph: graph).logits(images.pixels(of: image))
            #expect(
                largestDifference(before[image * 3..<(image + 1) * 3], expected) < 1e-4 * Double(max(largest, 1)))
        }
    }

    /// What the order of an epoch draws is no start for the weights of the node with its number.
    @Test func firstWeightsHaveAStreamOfTheirOwn() throws {
        let blueprint = try Architecture.lenet5.blueprint(input: Self.mnist, classes: 10)
        let network = try TrainableNetwork(graph: blueprint.graph)
        let values = network.randomValues(seed: 4)
        var weights: [Float] = []
        for parameter in network.parameters {
            guard case .weights(let node) = parameter.role else { continue }
            let drawn = values[parameter.range]
            weights.append(try #require(drawn.first))
            var order = SplitMix64(seed: 4, stream: UInt64(node))
            let other = (0..<2).map { _ in order.nextGaussian() }
            // Gaussians keep their ratio whatever deviation they are given.
            #expect(abs(Double(drawn[drawn.startIndex + 1] / drawn[drawn.startIndex]) - other[1] / other[0]) > 1e-3)
        }
        #expect(Set(weights).count == 5)
        #expect(network.randomValues(seed: 4) == values && network.randomValues(seed: 5) != values)
    }

    @Test func imagesThatAreTooSmallAndTooFewClassesAreRefused() throws {
        let small = TensorShape(channels: 3, height: 40, width: 31)
        #expect(throws: TrainingError.imageSize(architecture: "vgg16", images: small, least: 32)) {
            try Architecture.vgg16.blueprint(input: small, classes: 10)
        }
        #expect(throws: TrainingError.tooFewClasses(1)) {
            try Architecture.lenet5.blueprint(input: Self.mnist, classes: 1)
        }
    }

    /// Operations and shapes, in order; files differ in whether they say that a vector was an image, and where the two
    /// sides of a sum stand.
    private static func structure(_ graph: NetworkGraph) -> [String] {
        graph.nodes.compactMap { node in
            if case .flatten = node.operation { return nil }
            return "\(node.operation.summary) \(graph.values[node.output].shape)"
        }
    }
}
