import Approx
import Network
import Testing

@Suite struct TrainerTests {
    private let graph = SmallNetwork.residual(width: 8)
    private let settings = Trainer.Settings(
        method: .adam(),
        groups: [
            .init([.weights, .biases], learningRate: 0.01),
            .init([.coefficients], learningRate: 0.003, weightDecay: 0.01),
        ],
        schedule: .init(.oneCycle(), steps: 12), largestNorm: 2)

    /// Quadratics at two sites, one of them for each channel.
    private func network() throws -> TrainableNetwork {
        let square = Polynomial(basis: .chebyshev, coefficients: [0.9, 0.75, 0.4], domain: -3...3)
        var activations: [TrainableActivation?] = Array(repeating: nil, count: 5)
        activations[1] = TrainableActivation(
            Approximation(granularity: .layer, polynomials: [square]), variables: [.init(center: 0, scale: 1)],
            clamp: .init(ranges: [-4...4]))
        activations[4] = TrainableActivation(
            Approximation(granularity: .channel, polynomials: Array(repeating: square, count: 16)),
            variables: Array(repeating: .init(center: 0.1, scale: 0.8), count: 16))
        return try TrainableNetwork(graph: graph, activations: activations)
    }

    private func images(_ augmentation: Augmentation = .init(padding: 2, flips: true)) throws -> TrainingImages {
        let random = ImageSet.random(60, shape: graph.inputShape)
        let set = ImageSet(shape: graph.inputShape, pixels: random.pixels, labels: (0..<60).map { Int32($0 % 5) })
        return try TrainingImages(set, preprocessing: .identity(channels: 3), augmentation: augmentation, seed: 9)
    }

    /// Two epochs of batches of 20, in micro-batches of 8: the last of each is half empty.
    private func run(threads: Int, steps: Range<Int>, from checkpoint: [UInt8]? = nil) throws -> (Trainer, [Double]) {
        let trainer = try Trainer(TrainingEngine(network(), microBatch: 8, threads: threads), settings: settings)
        if let checkpoint { try trainer.restore(checkpoint) }
        let images = try images()
        let batches = (0..<4).flatMap { TrainingBatch.epoch($0, of: 60, size: 20, seed: 4) }
        let losses = try batches[steps].map { batch in
            try trainer.step(batch, of: images, blends: Array(repeating: 0.5, count: 5)) {
                try SoftmaxCrossEntropy().add(to: $0)
            }.reports.reduce(0, +)
        }
        return (trainer, losses)
    }

    @Test func threadsChangeNoBit() throws {
        let (alone, losses) = try run(threads: 1, steps: 0..<6)
        for threads in [2, 3, 5] {
            let (other, otherLosses) = try run(threads: threads, steps: 0..<6)
            #expect(other.values.map(\.bitPattern) == alone.values.map(\.bitPattern))
            #expect(otherLosses == losses)
        }
    }

    @Test func resumedTrainingGoesOnToTheSameBits() throws {
        let (whole, losses) = try run(threads: 2, steps: 0..<8)
        let (half, firstLosses) = try run(threads: 2, steps: 0..<3)
        let (resumed, lastLosses) = try run(threads: 1, steps: 3..<8, from: half.checkpoint())
        #expect(resumed.values.map(\.bitPattern) == whole.values.map(\.bitPattern))
        #expect(resumed.checkpoint() == whole.checkpoint())
        #expect(firstLosses + lastLosses == losses)
        #expect(resumed.steps == 8)
    }

    @Test func damagedAndForeignCheckpointsAreRefused() throws {
        let (trainer, _) = try run(threads: 1, steps: 0..<1)
        let good = trainer.checkpoint(), before = trainer.values
        for position in [0, 30, good.count / 2, good.count - 1] {
            var bad = good
            bad[position] ^= 1
            #expect(throws: TrainingError.self) { try trainer.restore(bad) }
        }
        for length in [0, 5, 40, good.count - 1] {
            #expect(throws: TrainingError.self) { try trainer.restore(Array(good[..<length])) }
        }
        let sgd = try Trainer(
            trainer.engine, settings: .init(method: .sgd(momentum: 0.9), groups: [.init([.weights], learningRate: 1)]))
        let (found, expected) = (trainer.values.count * 2, trainer.values.count)
        #expect(throws: TrainingError.foreignCheckpoint(what: "moments", found: found, expected: expected)) {
            try sgd.restore(good)
        }
        #expect(trainer.values == before)
    }

    @Test(arguments: [OptimisationMethod.adam(), .muon()])
    func trainingLowersTheLoss(by method: OptimisationMethod) throws {
        let trainer = try Trainer(
            TrainingEngine(network(), microBatch: 8),
            settings: .init(
                method: method, groups: [.init([.weights, .biases, .coefficients], learningRate: 0.01)]))
        let images = try images(.none)
        var losses: [Double] = []
        for _ in 0..<40 {
            losses.append(
                try trainer.step(TrainingBatch(indices: Array(0..<20)), of: images) {
                    try SoftmaxCrossEntropy().add(to: $0)
                }.reports.reduce(0, +))
        }
        #expect(losses[39] < losses[0] / 2, "\(losses[0]) to \(losses[39])")
    }

    /// All directions of a matrix move alike, by a fifth of the rate in each element; everything else moves as with Adam.
    @Test func stepsOfMuonHaveTheSizeOfAdams() throws {
        let network = try network()
        let trainer = try Trainer(
            TrainingEngine(network),
            settings: .init(
                method: .muon(), groups: [.init([.weights, .biases, .coefficients], learningRate: 0.01)]))
        let outcome = try trainer.step(TrainingBatch(indices: Array(0..<12)), of: images()) {
            try SoftmaxCrossEntropy().add(to: $0)
        }
        #expect(outcome.skipped == nil)
        for parameter in network.parameters where parameter.isTrained {
            let changes = parameter.range.map { Double(trainer.values[$0] - network.initialValues[$0]) }
            let size = (changes.reduce(0) { $0 + $1 * $1 } / Double(changes.count)).squareRoot()
            switch parameter.role {
            case .weights: #expect((0.0012...0.0026).contains(size), "\(parameter.name): \(size)")
            case .bias: #expect((0.005...0.0101).contains(size), "\(parameter.name): \(size)")
            default: #expect(size <= 0.0101)
            }
        }
    }

    @Test func groupsWithoutALearningRateStay() throws {
        let network = try network()
        let trainer = try Trainer(
            TrainingEngine(network),
            settings: .init(method: .adam(), groups: [.init([.coefficients], learningRate: 0.1)]))
        _ = try trainer.step(TrainingBatch(indices: [1, 2, 3]), of: images()) { try SoftmaxCrossEntropy().add(to: $0) }
        for parameter in network.parameters {
            let stays = trainer.values[parameter.range] == network.initialValues[parameter.range]
            if case .coefficients = parameter.role { #expect(!stays) } else { #expect(stays) }
        }
    }

    @Test func theNormIsThatOfWhatIsTrained() throws {
        let network = try network()
        func norm(_ groups: [ParameterGroup]) throws -> Double {
            let trainer = try Trainer(TrainingEngine(network), settings: .init(method: .adam(), groups: groups))
            let batch = TrainingBatch(indices: [1, 2, 3])
            return try #require(
                trainer.step(batch, of: images()) { try SoftmaxCrossEntropy().add(to: $0) }.gradientNorm)
        }
        let all = try norm([.init([.weights, .biases, .coefficients], learningRate: 0.1)])
        let coefficients = try norm([.init([.coefficients], learningRate: 0.1), .init([.weights], learningRate: 0)])
        let others = try norm([.init([.weights, .biases], learningRate: 0.1)])
        #expect(coefficients < all)
        #expect(abs((coefficients * coefficients + others * others).squareRoot() - all) < 1e-6 * all)
    }

    @Test func microBatchesAreClippedOneByOne() throws {
        let engine = try TrainingEngine(network(), microBatch: 8, threads: 2)
        let images = try images()
        let parts = [Array(0..<8), Array(8..<16)]
        func run(_ indices: [Int], norm: Double?) throws -> [Float] {
            // The same share of a batch of 16, whether alone or together.
            let share = 16 / Double(indices.count)
            _ = try engine.run(
                TrainingBatch(indices: indices), of: images, values: engine.network.initialValues, largestNorm: norm
            ) { try SoftmaxCrossEntropy(weight: 1 / share).add(to: $0) }
            return Array(engine.gradient)
        }
        let alone = try parts.map { try run($0, norm: nil) }
        let norms = alone.map { $0.reduce(0.0) { $0 + Double($1) * Double($1) }.squareRoot() }
        let together = try run(parts[0] + parts[1], norm: nil)
        #expect(zip(engine.microBatchNorms, norms).allSatisfy { abs($0 - $1) < 1e-5 * $1 })
        #expect(largestDifference(together, zip(alone[0], alone[1]).map { Double($0) + Double($1) }) < 1e-5)

        let limit = (norms[0] + norms[1]) / 2
        let factors = norms.map { min(1, limit / $0) }
        #expect(factors.contains(1) && factors.contains { $0 < 1 })
        let clipped = try run(parts[0] + parts[1], norm: limit)
        let expected = zip(alone[0], alone[1]).map { Double($0) * factors[0] + Double($1) * factors[1] }
        #expect(largestDifference(clipped, expected) < 1e-5)
        #expect(zip(engine.microBatchNorms, norms).allSatisfy { abs($0 - $1) < 1e-5 * $1 })
    }

    @Test func clippingByEarlierNormsIsPartOfTheCheckpoint() throws {
        var settings = settings
        settings.clippingQuantile = 0.5
        let images = try images()
        func trainer() throws -> Trainer {
            try Trainer(TrainingEngine(network(), microBatch: 8, threads: 1), settings: settings)
        }
        func step(_ trainer: Trainer, _ number: Int) throws {
            _ = try trainer.step(TrainingBatch(indices: Array(number * 10..<number * 10 + 20)), of: images) {
                try SoftmaxCrossEntropy().add(to: $0)
            }
        }
        let undisturbed = try trainer()
        for number in 0..<2 { try step(undisturbed, number) }
        let resumed = try trainer()
        try resumed.restore(undisturbed.checkpoint())
        for number in 2..<4 {
            try step(undisturbed, number)
            try step(resumed, number)
        }
        #expect(resumed.values == undisturbed.values)
        settings.clippingQuantile = nil
        let unclipped = try trainer()
        for number in 0..<4 { try step(unclipped, number) }
        #expect(unclipped.values != undisturbed.values)
        settings.clippingQuantile = 1.5
        #expect(throws: TrainingError.self) { try trainer() }
    }

    @Test func labelsThatTheNetworkDoesNotKnowAreRefused() throws {
        let set = ImageSet.random(4, shape: graph.inputShape)
        let images = try TrainingImages(
            ImageSet(shape: set.shape, pixels: set.pixels, labels: [0, 5, 1, 2]), preprocessing: .identity(channels: 3))
        let trainer = try Trainer(TrainingEngine(network()), settings: settings)
        #expect(throws: TrainingError.label(5, classes: 5)) {
            _ = try trainer.step(TrainingBatch(indices: [0, 1]), of: images) {
                try SoftmaxCrossEntropy().add(to: $0)
            }
        }
    }

    @Test func valuesThatAreNotFiniteAreNamedAndNeverTrainedOn() throws {
        let network = try network()
        var values = network.initialValues
        values[network.range(of: .bias(node: 2)).lowerBound] = .infinity
        let trainer = try Trainer(TrainingEngine(network, microBatch: 2), settings: settings, values: values)
        let batch = TrainingBatch(indices: [1, 2, 3])
        let found = NonFiniteValue(place: .site(name: "site1"), step: 0, images: 0..<2)
        #expect(throws: TrainingError.nonFinite(found)) {
            _ = try trainer.step(batch, of: images()) { try SoftmaxCrossEntropy().add(to: $0) }
        }
        let outcome = try trainer.step(batch, of: images(), onNonFinite: .skip) {
            try SoftmaxCrossEntropy().add(to: $0)
        }
        #expect(outcome.skipped == found)
        #expect(trainer.values == values)
        #expect((trainer.steps, trainer.skippedSteps) == (1, 1))
        #expect(found.description.contains("site1"))
    }

    @Test func gradientsThatAreNotFiniteAreFound() throws {
        let trainer = try Trainer(TrainingEngine(network()), settings: settings)
        let before = trainer.values
        #expect(throws: TrainingError.self) {
            _ = try trainer.step(TrainingBatch(indices: [4]), of: images()) { $0.logitGradient[0] = .nan }
        }
        #expect(trainer.values == before)
    }

    @Test func errorsOfTheLossComeThroughAndTheFirstOneWins() throws {
        struct Refusal: Error, Equatable { var first: Int }
        let engine = try TrainingEngine(network(), microBatch: 2, threads: 2)
        let images = try images()
        for _ in 0..<3 {
            #expect(throws: Refusal(first: 2)) {
                _ = try engine.run(
                    TrainingBatch(indices: Array(0..<12)), of: images, values: engine.network.initialValues
                ) { pass in
                    if pass.indices.startIndex >= 2 { throw Refusal(first: pass.indices.startIndex) }
                }
            }
        }
    }

    @Test func impossibleSettingsAreRefused() throws {
        let network = try network(), engine = try TrainingEngine(network)
        #expect(throws: TrainingError.microBatchSize(0)) { _ = try TrainingEngine(network, microBatch: 0) }
        #expect(throws: TrainingError.threadCount(0)) { _ = try TrainingEngine(network, threads: 0) }
        #expect(throws: TrainingError.unknownSite(7, sites: 5)) { _ = try TrainingEngine(network, gradientSites: [7]) }
        #expect(throws: TrainingError.emptyBatch) {
            _ = try engine.run(TrainingBatch(indices: []), of: images(), values: network.initialValues) { _ in }
        }
        #expect(throws: TrainingError.imageIndex(60, images: 60)) {
            _ = try engine.run(TrainingBatch(indices: [3, 60]), of: images(), values: network.initialValues) { _ in }
        }
        #expect(throws: TrainingError.blendCount(1, sites: 5)) {
            _ = try engine.run(
                TrainingBatch(indices: [3]), of: images(), values: network.initialValues, blends: [1]
            ) { _ in }
        }
        #expect(throws: TrainingError.self) {
            _ = try Trainer(engine, settings: .init(method: .sgd(momentum: 1), groups: []))
        }
        #expect(throws: TrainingError.self) {
            _ = try Trainer(engine, settings: .init(method: .adam(), groups: [], schedule: .init(.cosine())))
        }
        #expect(throws: TrainingError.self) {
            _ = try ForwardEngine(TrainableNetwork(graph: graph, normalised: [0]), microBatch: 4)
        }
        #expect(throws: TrainingError.notNormalisable(node: 1, nodes: graph.nodes.count)) {
            _ = try TrainableNetwork(graph: graph, normalised: [1])
        }
    }
}
