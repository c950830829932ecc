import Foundation
import Network
import Testing

/// ResNet-20 on 32 test images, against PyTorch in double precision, by norms and projections of its tensors.
///
/// Winograd's transforms round pre-activations by about 1e-5 of their size, so of the 6 million values in front of a ReLU
/// some dozens lie on the other side of its kink, where the derivative jumps: gradients agree to about 1e-3, and to 3e-5
/// in a network of that kind but with few values (`TorchSmallNetworkTests`).
@Suite(.enabled(if: RealNetworks.areAvailable, RealNetworks.advice))
struct TorchResNetTests {
    struct Digest: Decodable {
        var norm: Double
        var projection: Double

        init(_ values: some Sequence<Double>) {
            norm = 0
            projection = 0
            for (index, value) in values.enumerated() {
                norm += value * value
                projection += value * (Double(UInt64(index) &* 2_654_435_761 % 4096) / 2048 - 1)
            }
            norm = norm.squareRoot()
        }
    }

    struct Content: Decodable {
        struct Steps: Decodable {
            var losses: [Double]
            var changes: [String: Digest]
        }

        var gradients: [String: Digest]
        var nesterov: Steps
        var adam: Steps
    }

    @Test func gradientsAndThreeStepsAreThoseOfTorch() throws {
        let content: Content = try TorchFixture.read("resnet20")
        let (runner, set, description) = try RealNetworks.open("resnet20-cifar10")
        let network = try TrainableNetwork(graph: runner.graph)
        let images = try TrainingImages(set, preprocessing: description.input)
        let batch = TrainingBatch(indices: Array(0..<32))
        let engine = try TrainingEngine(network, threads: 2)
        let kinds: [(OptimisationMethod, Double, Content.Steps)] = [
            (.sgd(momentum: 0.9, nesterov: true), 0.05 / 64, content.nesterov),
            (.adam(epsilon: 1e-4), 0.01 / 64, content.adam),
        ]
        for (method, rate, expected) in kinds {
            let decay = if case .adam = method { 0.01 } else { 0.0 }
            let group = ParameterGroup([.weights, .biases], learningRate: rate, weightDecay: decay)
            let trainer = try Trainer(engine, settings: .init(method: method, groups: [group]))
            for step in 0..<3 {
                let outcome = try trainer.step(batch, of: images) { try SoftmaxCrossEntropy().add(to: $0) }
                let loss = outcome.reports.reduce(0, +)
                #expect(abs(loss - expected.losses[step]) < 5e-3 * expected.losses[step])
                if step == 0 { try compare(engine.gradient.map(Double.init), content.gradients, network, 5e-3) }
            }
            let changes = zip(trainer.values, network.initialValues).map { Double($0) - Double($1) }
            try compare(changes, expected.changes, network, 2e-2)
        }
    }

    /// Within `tolerance` of each tensor's norm.
    private func compare(
        _ values: [Double], _ expected: [String: Digest], _ network: TrainableNetwork, _ tolerance: Double
    ) throws {
        var layers: [Int: Int] = [:]
        for parameter in network.parameters {
            let name: String
            switch parameter.role {
            case .weights(let node):
                layers[node] = layers.count
                name = "\(layers.count - 1) weights"
            case .bias(let node): name = "\(layers[node] ?? -1) bias"
            default: continue
            }
            let own = Digest(values[parameter.range]), other = try #require(expected[name], "\(name)")
            #expect(abs(own.norm - other.norm) < tolerance * other.norm, "\(parameter.name)")
            // A projection of n elements is about sqrt(n / 3) times smaller than it could be.
            #expect(abs(own.projection - other.projection) < 2 * tolerance * other.norm, "\(parameter.name)")
        }
    }
}
