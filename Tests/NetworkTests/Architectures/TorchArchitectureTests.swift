import Network
import Testing

/// Two steps of networks that are trained from scratch, against PyTorch in double precision.
///
/// A few values lie on the other side of a kink of ReLU in single precision, and many layers pass that on: gradients agree
/// to 5e-3 of a tensor's norm.
@Suite struct TorchArchitectureTests {
    struct Content: Decodable {
        var losses: [Double]
        var gradients: [String: TorchResNetTests.Digest]
        var running: [String: TorchResNetTests.Digest]
    }

    @Test(arguments: [
        (Architecture.lenet5, TensorShape(channels: 1, height: 16, width: 16)),
        (.resnet20, TensorShape(channels: 3, height: 9, width: 9)),
        (.vgg11, TensorShape(channels: 3, height: 32, width: 32)),
    ])
    func stepsAreThoseOfTorch(_ architecture: Architecture, shape: TensorShape) throws {
        let all: [String: Content] = try TorchFixture.read("architectures")
        let content = try #require(all[architecture.rawValue])
        let blueprint = try architecture.blueprint(input: shape, classes: 5)
        let network = try TrainableNetwork(graph: blueprint.graph, normalised: blueprint.normalised)
        var images = ImageSet.random(16, shape: shape)
        images = ImageSet(shape: shape, pixels: images.pixels, labels: (0..<16).map { $0 % 5 })
        let prepared = try TrainingImages(images, preprocessing: .identity(channels: shape.channels))
        let engine = try TrainingEngine(network)
        let group = ParameterGroup([.weights, .biases], learningRate: 0.05 / 8)
        let trainer = try Trainer(
            engine, settings: .init(method: .sgd(momentum: 0.9, nesterov: true), groups: [group]),
            values: values(of: network))
        for step in 0..<2 {
            let outcome = try trainer.step(TrainingBatch(indices: Array(0..<16)), of: prepared) {
                try SoftmaxCrossEntropy().add(to: $0)
            }
            #expect(abs(outcome.reports.reduce(0, +) - content.losses[step]) < 1e-3 * content.losses[step])
            if step == 0 {
                try compare(
                    engine.gradient.map(Double.init), content.gradients, network.parameters.filter(\.isTrained))
            }
        }
        try compare(
            trainer.values.map(Double.init), content.running, network.parameters.filter(\.isRunningStatistic))
        for node in blueprint.normalised {
            #expect(trainer.values[network.range(of: .bias(node: node))].allSatisfy { $0 == 0 })
        }
    }

    private func compare(
        _ values: [Double], _ expected: [String: TorchResNetTests.Digest], _ parameters: [Parameter]
    ) throws {
        for parameter in parameters {
            let own = TorchResNetTests.Digest(values[parameter.range])
            let other = try #require(expected[parameter.name], "\(parameter.name)")
            #expect(abs(own.norm - other.norm) < 5e-3 * other.norm + 2e-6, "\(parameter.name)")
            #expect(abs(own.projection - other.projection) < 1e-2 * other.norm + 2e-6, "\(parameter.name)")
        }
    }

    /// As `make_training_fixtures.py` has them: every tensor has a sequence of its own, over a range that is a power of 2.
    private func values(of network: TrainableNetwork) -> [Float] {
        var values = network.initialValues
        for (index, parameter) in network.parameters.filter({ !$0.isRunningStatistic }).enumerated()
        where parameter.isTrained {
            var numbers = TestNumbers(seed: UInt64(100 + index))
            let (scale, offset) = scale(of: parameter, in: network)
            for place in parameter.range { values[place] = offset + scale * numbers.float() }
        }
        return values
    }

    private func scale(of parameter: Parameter, in network: TrainableNetwork) -> (scale: Float, offset: Float) {
        switch parameter.role {
        case .weights(let node):
            let inputs: Int
            switch network.graph.nodes[node].operation {
            case .convolution(let layer): inputs = layer.weights.count / layer.outputChannels
            case .linear(let layer): inputs = layer.inputs
            default: return (0, 0)
            }
            var scale: Float = 1
            while scale * scale * Float(inputs) > 6 { scale /= 2 }
            while 4 * scale * scale * Float(inputs) <= 6 { scale *= 2 }
            return (scale, 0)
        case .scale: return (0.125, 1)
        case .shift: return (0.125, 0)
        default: return (0.0625, 0)
        }
    }
}
