import Approx
import Network
import Testing

/// A network with a shortcut, pools and two kinds of polynomials, and a loss of every kind, against PyTorch in double
/// precision.
@Suite struct TorchSmallNetworkTests {
    struct Content: Decodable {
        var images: [Float]
        var labels: [Int32]
        var teacher: [Float]
        var targets: [Float]
        var centers: [Double]
        var scales: [Double]
        var initial: [String: [Float]]
        var gradients: [String: [Float]]
        var norms: [Double]
        var sgd: TorchFixture.Trajectory
        var nesterov: TorchFixture.Trajectory
        var adam: TorchFixture.Trajectory
        var adamw: TorchFixture.Trajectory
    }

    let content: Content
    let network: TrainableNetwork
    let start: [Float]
    let penalty: RangePenalty

    init() throws {
        content = try TorchFixture.read("small")
        let graph = Self.graph
        // The start is set below; this only says what is trained, in which variables.
        let flat = Polynomial(basis: .monomial, coefficients: [0, 0, 0], domain: -4...4)
        let quadratic = TrainableActivation(
            Approximation(granularity: .channel, polynomials: Array(repeating: flat, count: 8)),
            variables: zip(content.centers, content.scales).map { ScaledVariable(center: $0, scale: $1) })
        let quartic = TrainableActivation(
            Approximation(
                granularity: .layer,
                polynomials: [Polynomial(basis: .monomial, coefficients: [0, 0, 0, 0, 0], domain: -4...4)]),
            variables: [ScaledVariable(center: 0.125, scale: 0.75)], clamp: .init(ranges: [-1...1.25]))
        network = try TrainableNetwork(graph: graph, activations: [quadratic, nil, quartic])
        penalty = try RangePenalty(ranges: [[], [], [-0.5...0.5]], of: graph, weight: 0.5)
        start = try Self.vector(content.initial, network)
    }

    @Test(arguments: [2, 6, 16])
    func gradientsAreThoseOfTorch(microBatch: Int) throws {
        let engine = try TrainingEngine(network, microBatch: microBatch, gradientSites: [2])
        let losses = try engine.run(batch, of: images, values: start, blends: [1, 1, 0.5]) { try add(to: $0) }
        #expect(abs(losses.reduce(0, +) - content.sgd.losses[0]) < 1e-5)
        let expected = try Self.vector(content.gradients, network)
        for parameter in network.parameters {
            let largest = expected[parameter.range].reduce(0) { max($0, abs($1)) }
            let worst = zip(engine.gradient[parameter.range], expected[parameter.range]).reduce(0) {
                max($0, abs($1.0 - $1.1))
            }
            #expect(worst < 3e-5 * largest, "\(parameter.name)")
        }
    }

    @Test func parametersAfterThreeStepsAreThoseOfTorch() throws {
        let kinds: [(OptimisationMethod, Double, Double, TorchFixture.Trajectory)] = [
            (.sgd(momentum: 0.9), 0.05, 0.01, content.sgd),
            (.sgd(momentum: 0.9, nesterov: true), 0.05, 0, content.nesterov),
            (.adam(epsilon: 1e-4), 0.01, 0.01, content.adam),
            (.adam(epsilon: 1e-4, decouplesDecay: true), 0.01, 0.1, content.adamw),
        ]
        for (method, rate, decay, expected) in kinds {
            let group = ParameterGroup([.weights, .biases, .coefficients], learningRate: rate, weightDecay: decay)
            let trainer = try Trainer(
                TrainingEngine(network, microBatch: 4, gradientSites: [2]),
                settings: .init(method: method, groups: [group], largestNorm: 1), values: start)
            for step in 0..<3 {
                let outcome = try trainer.step(batch, of: images, blends: [1, 1, 0.5]) { try add(to: $0) }
                #expect(abs(outcome.reports.reduce(0, +) - expected.losses[step]) < 1e-4)
                if case .sgd(_, false) = method {
                    #expect(abs((outcome.gradientNorm ?? 0) - content.norms[step]) < 1e-4)
                }
            }
            let parameters = try Self.vector(expected.parameters, network)
            #expect(largestDifference(trainer.values, parameters.map(Double.init)) < 2e-5, "\(method)")
        }
    }

    private var batch: TrainingBatch { TrainingBatch(indices: Array(0..<6)) }

    private var images: TrainingImages {
        get throws {
            let set = ImageSet(
                shape: TensorShape(channels: 2, height: 8, width: 8), pixels: .floats(content.images),
                labels: content.labels)
            return try TrainingImages(set, preprocessing: .identity(channels: 2))
        }
    }

    private func add(to pass: TrainingPass) throws -> Double {
        let part = pass.indices.startIndex * 5..<(pass.indices.startIndex + pass.indices.count) * 5
        var loss = try SoftmaxCrossEntropy().add(to: pass)
        content.teacher.withUnsafeBufferPointer { teacher in
            let own = UnsafeBufferPointer(rebasing: teacher[part])
            loss += DistillationDivergence(temperature: 2, weight: 0.5).add(to: pass, teacher: own)
            loss += LogitDifference(weight: 0.25).add(to: pass, teacher: own)
        }
        return try loss + penalty.add(to: pass) + addTargets(to: pass)
    }

    /// What ``PreActivationDifference`` does, for values that no teacher has made.
    private func addTargets(to pass: TrainingPass) throws -> Double {
        let values = pass.forward.preActivations(of: 2), shape = values.shape
        let gradient = try #require(pass.preActivationGradient(of: 2))
        let factor = 0.125 / 2 / Double(pass.batchSize * shape.count)
        var sum = 0.0
        for (place, image) in pass.indices.enumerated() {
            for index in 0..<shape.count {
                let offset = values.offset(
                    image: place, channel: index / 4, row: index / 2 % 2, column: index % 2)
                let difference = Double(values.values[offset]) - Double(content.targets[image * shape.count + index])
                gradient[offset] += Float(2 * factor * difference)
                sum += difference * difference
            }
        }
        return factor * sum
    }

    private static let names: [Int: String] = [0: "first", 2: "second", 6: "third", 9: "head"]

    /// The flat vector of what the fixture has by name.
    private static func vector(_ tensors: [String: [Float]], _ network: TrainableNetwork) throws -> [Float] {
        var values = network.initialValues
        for parameter in network.parameters {
            let name =
                switch parameter.role {
                case .weights(let node): "\(names[node] ?? "") weights"
                case .bias(let node): "\(names[node] ?? "") bias"
                case .coefficients(0): "quadratic"
                default: "quartic"
                }
            let tensor = try #require(tensors[name], "\(name)")
            try #require(tensor.count == parameter.range.count)
            values.replaceSubrange(parameter.range, with: tensor)
        }
        return values
    }

    /// Nodes 0: first, 1: quadratic, 2: second, 3: sum, 4: ReLU, 5: pool, 6: third, 7: quartic, 8: average, 9: head.
    private static let graph: NetworkGraph = {
        var network = SmallNetwork(input: TensorShape(channels: 2, height: 8, width: 8))
        let first = network.activation(network.convolution(network.input, to: 8))
        let joined = network.activation(network.sum(network.convolution(first, to: 8), first))
        let pool = Operation.Pool(
            kind: .average(countsPadding: false),
            window: .init(kernelHeight: 2, kernelWidth: 2, strideHeight: 2, strideWidth: 2))
        let pooled = network.add(.pool(pool), [joined], TensorShape(channels: 8, height: 4, width: 4))
        let third = network.convolution(
            pooled, to: 16,
            window: .init(
                kernelHeight: 3, kernelWidth: 3, strideHeight: 2, strideWidth: 2, top: 1, left: 1, bottom: 1, right: 1))
        let average = network.add(.globalAveragePool, [network.activation(third)], TensorShape(channels: 16))
        return network.graph(output: network.linear(average, to: 5))
    }()
}
