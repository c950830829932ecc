import Approx
import Network
import Testing

/// Training, its forward-only engine and inference see the same network.
@Suite struct ForwardAgreementTests {
    private func network(width: Int) throws -> TrainableNetwork {
        let graph = SmallNetwork.residual(width: width)
        var numbers = TestNumbers(seed: 5)
        let activations = graph.sites.enumerated().map { index, site -> TrainableActivation? in
            guard index != 2 else { return nil }
            let count = index % 2 == 0 ? site.shape.channels : 1
            let polynomials = (0..<count).map { _ in
                Polynomial(
                    basis: .chebyshev,
                    coefficients: [0.9, 0.8, 0.4, 0.05, 0.1].prefix(3 + index % 3).map {
                        $0 * (1 + 0.2 * Double(numbers.float()))
                    }, domain: -3...2.5)
            }
            return TrainableActivation(
                Approximation(granularity: count == 1 ? .layer : .channel, polynomials: polynomials),
                variables: (0..<count).map { _ in .init(center: Double(numbers.float()) / 4, scale: 1.25) })
        }
        return try TrainableNetwork(graph: graph, activations: activations)
    }

    @Test(arguments: [6, 8])
    func approximationsComeBackAsTheyWentIn(width: Int) throws {
        let network = try network(width: width)
        let back = try network.approximations(with: network.initialValues)
        for (start, end) in zip(network.activations, back) {
            let polynomials = zip(start?.approximation.polynomials ?? [], end?.polynomials ?? [])
            for (one, other) in polynomials {
                #expect(one.domain == other.domain)
                for x in stride(from: -3.0, through: 3, by: 0.25) { #expect(abs(one(x) - other(x)) < 1e-5) }
            }
            #expect(start?.approximation.granularity == end?.granularity)
        }
    }

    /// Rounding of 1e-5 a layer at most: Clenshaw's recurrence on the domain against powers of the scaled variable.
    @Test(arguments: [6, 8])
    func runnerGivesTheLogitsOfTraining(width: Int) throws {
        let network = try network(width: width)
        let set = ImageSet.random(11, shape: network.graph.inputShape)
        let images = try TrainingImages(set, preprocessing: .identity(channels: 3))
        let trainer = try Trainer(
            TrainingEngine(network, microBatch: 4),
            settings: .init(
                method: .adam(), groups: [.init([.weights, .biases, .coefficients], learningRate: 0.002)],
                largestNorm: 1))
        let batch = TrainingBatch(indices: Array(0..<11))
        for _ in 0..<3 { _ = try trainer.step(batch, of: images) { try SoftmaxCrossEntropy().add(to: $0) } }
        let trained = try trainer.engine.run(batch, of: images, values: trainer.values) { Array($0.forward.logits) }
        let runner = try NetworkRunner(network.graph(with: trainer.values))
        let logits = try runner.logits(
            plan: network.approximations(with: trainer.values), set, 0..<11
        ) { _ in }
        #expect(largestDifference(trained.flatMap { $0 }, logits.map(Double.init)) < 1e-4)
        #expect(trainer.values != network.initialValues)
    }

    @Test(arguments: [6, 8])
    func teacherSeesWhatTheStudentSees(width: Int) throws {
        let network = try network(width: width)
        let teacher = try ForwardEngine(network, microBatch: 4)
        let engine = try TrainingEngine(network, microBatch: 4, threads: 2, gradientSites: Set(0..<5))
        let images = try TrainingImages(
            ImageSet.random(10, shape: network.graph.inputShape), preprocessing: .identity(channels: 3))
        let difference = PreActivationDifference(variances: [1, nil, 2, 1, 0.5])
        let losses = try engine.run(
            TrainingBatch(indices: Array(0..<10)), of: images, values: network.initialValues
        ) { pass in
            try teacher.withPass(over: pass.forward.input, images: pass.forward.images) { other in
                #expect(Array(other.logits) == Array(pass.forward.logits))
                return try difference.add(to: pass, teacher: other)
                    + LogitDifference().add(to: pass, teacher: other.logits)
            }
        }
        #expect(losses == [0, 0, 0])
        #expect(engine.gradient.allSatisfy { $0 == 0 })
    }

    @Test func preActivationsAreWhatTheReferenceFinds() throws {
        for width in [6, 8] {
            let graph = SmallNetwork.residual(width: width)
            let engine = try ForwardEngine(TrainableNetwork(graph: graph), microBatch: 3)
            let set = ImageSet.random(2, shape: graph.inputShape)
            let pixels = (0..<2).flatMap { set.pixels(of: $0).map(Float.init) }
            let reads = graph.nodes.compactMap { node in
                if case .activation = node.operation { node.inputs[0] } else { nil }
            }
            try pixels.withUnsafeBufferPointer { pixels in
                try engine.withPass(over: pixels, images: 2) { pass in
                    for image in 0..<2 {
                        let expected = ReferenceExecutor(graph: graph).values(set.pixels(of: image))
                        for (site, value) in reads.enumerated() {
                            let own = pass.preActivations(of: site), shape = own.shape
                            for (index, x) in expected[value].enumerated() {
                                let found = own[
                                    image, index / (shape.height * shape.width), index / shape.width % shape.height,
                                    index % shape.width]
                                #expect(abs(Double(found) - x) < 1e-4)
                            }
                        }
                    }
                }
            }
        }
    }
}
