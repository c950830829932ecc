import Approx
import Foundation
import Network
import Testing

/// On the built-in digits and the network that the project ships, from polynomials of least squares.
@Suite struct DistillationTests {
    private let graph: NetworkGraph
    private let preprocessing: Preprocessing
    private let images: ImageSet
    private let validation: ImageSet
    private let approximations: [Approximation]

    init() throws {
        graph = try DigitsNetwork.imported().graph
        preprocessing = try DigitsNetwork.storedPreprocessing()
        (images, validation) = try DigitsNetwork.trainingImages()
        let runner = try NetworkRunner(graph: graph, preprocessing: preprocessing)
        approximations = try zip(graph.sites, try runner.capture(images, 0..<200) { _ in }).map { site, statistics in
            try FitterKind.leastSquares.fit(
                statistics, of: site.function, degrees: [Degree(2)], settings: FitSettings(granularity: .layer)
            )[0].approximation
        }
    }

    private func distillation(
        of images: ImageSet? = nil, from start: [Approximation]? = nil, budget: TrainingBudget = .epochs(2),
        threads: Int = 1,
        augmentation: Augmentation? = Augmentation.none, learningRate: Double? = nil, anchorPenalty: Double = 0,
        state: Data? = nil
    ) throws -> Distillation {
        var settings = DistillationSettings(budget: budget, batch: 64, anchorPenalty: anchorPenalty, seed: 5)
        if let learningRate { settings.learningRate = learningRate }
        return
            try Distillation(
                of: graph, into: graph, start ?? approximations, settings: settings, images: images ?? self.images,
                preprocessing: preprocessing, threads: threads, augmentation: augmentation, state: state
            ) {}
    }

    private func agreeing(_ graph: NetworkGraph, _ approximations: [Approximation]) throws -> Int {
        let original = try NetworkRunner(graph: self.graph, preprocessing: preprocessing)
            .predict(validation, 0..<validation.count) { _ in }
        return try NetworkRunner(graph: graph, preprocessing: preprocessing).evaluate(
            plan: approximations, validation, 0..<validation.count, original: original
        ) { _ in }.agreeing
    }

    @Test func trainingBringsTheNetworkCloserToTheOriginal() throws {
        let distillation = try distillation(budget: .epochs(6))
        #expect(distillation.totalSteps == 60)
        try distillation.step()
        let first = distillation.loss
        while distillation.steps < distillation.totalSteps { try distillation.step() }
        // The mean of all steps.
        #expect(distillation.loss.divergence < 0.9 * first.divergence)
        let trained = try distillation.finish {}
        let before = try agreeing(graph, approximations)
        let after = try agreeing(trained.graph, trained.approximations)
        #expect(after > before, "\(before) and \(after) of \(validation.count)")
        #expect(!trained.comparison.keepsStart && trained.comparison.images == images.count)
        #expect(trained.steps == 60)
        #expect(trained.statistics.count == graph.sites.count)
    }

    @Test func trainingThatMakesItWorseLeavesTheStart() throws {
        let distillation = try distillation(budget: .epochs(1), learningRate: 2)
        while distillation.steps < distillation.totalSteps { try distillation.step() }
        let outcome = try distillation.finish {}
        #expect(outcome.comparison.endAgrees < outcome.comparison.startAgrees)
        #expect(outcome.approximations == approximations)
        #expect(outcome.graph.encodedWeights() == graph.encodedWeights())
    }

    /// What it reads at the end has nothing to do with its domain at the start, where any quartic is almost a cubic.
    @Test func aDeadChannelOfDegreeFourMayComeToLife() throws {
        var start = graph
        let first = try #require(
            graph.nodes.firstIndex { if case .convolution = $0.operation { true } else { false } })
        guard case .convolution(var convolution) = graph.nodes[first].operation else {
            Issue.record("node \(first) is no convolution")
            return
        }
        let channels = convolution.bias.count
        for index in 0..<convolution.weights.count / channels { convolution.weights[index] = 0 }
        convolution.bias[0] = 0
        start.nodes[first].operation = .convolution(convolution)
        let runner = try NetworkRunner(graph: start, preprocessing: preprocessing)
        var quartics = try zip(graph.sites, try runner.capture(images, 0..<200) { _ in }).map { site, statistics in
            try FitterKind.leastSquares.fit(
                statistics, of: site.function, degrees: [Degree(4)], settings: FitSettings(granularity: .channel)
            )[0].approximation
        }
        var polynomials = quartics[0].polynomials
        polynomials[0] = Polynomial(basis: .chebyshev, coefficients: [0.1, 5e-10, 0, 0, 0], domain: -1e-9...1e-9)
        quartics[0] = Approximation(granularity: .channel, polynomials: polynomials)
        let distillation = try Distillation(
            of: graph, into: start, quartics, settings: DistillationSettings(budget: .epochs(2), batch: 64, seed: 5),
            images: images, preprocessing: preprocessing, threads: 1, augmentation: Augmentation.none
        ) {}
        while distillation.steps < distillation.totalSteps { try distillation.step() }
        let trained = try distillation.finish {}
        #expect(!trained.comparison.keepsStart, "\(trained.comparison)")
        #expect(trained.approximations[0].polynomials[0].domain.upperBound > 1e-3)
        for polynomial in trained.approximations.flatMap(\.polynomials) {
            let (quartic, held) = (polynomial.coefficients[4], polynomial.inTwoSquarings.coefficients[4])
            #expect(abs(held - quartic) <= 1e-9 * abs(held))
        }
    }

    /// Beyond the ranges of the start, where no image is.
    @Test func anchorsHoldTrainedPolynomials() throws {
        let errors = try [0.0, 1].map { price in
            let distillation = try distillation(budget: .epochs(1), anchorPenalty: price)
            while distillation.steps < distillation.totalSteps { try distillation.step() }
            let trained = try distillation.finish {}
            #expect(!trained.comparison.keepsStart)
            return trained.approximations.reduce(0.0) { sum, approximation in
                let polynomial = approximation.polynomials[0], x = 1.4 * polynomial.domain.upperBound
                return sum + pow(polynomial(x) / x - 1, 2)
            }
        }
        #expect(errors[1] < errors[0], "\(errors)")
    }

    /// What is changed of the images comes from the state, not from a new choice.
    @Test func resumedTrainingEndsWithTheSameBits() throws {
        let augmentation = Augmentation(padding: 2, border: .mirrored, flips: true)
        let undisturbed = try distillation(augmentation: augmentation)
        var states: [Data] = []
        while undisturbed.steps < undisturbed.totalSteps {
            states.append(try undisturbed.state())
            try undisturbed.step()
        }
        let expected = try undisturbed.finish {}
        // In the first epoch, at its end and in the second, on another number of threads.
        for place in [0, 3, 10, 15] {
            let resumed = try distillation(threads: 2, augmentation: nil, state: states[place])
            #expect(resumed.steps == place && resumed.totalSteps == 20)
            while resumed.steps < resumed.totalSteps { try resumed.step() }
            let found = try resumed.finish {}
            #expect(found.graph.encodedWeights() == expected.graph.encodedWeights())
            #expect(found.approximations == expected.approximations)
            #expect(found.loss == expected.loss && found.augmentation == augmentation)
        }
    }

    @Test func labelsAreNotLookedAt() throws {
        let unlabelled = ImageSet(
            shape: images.shape, pixels: images.pixels, labels: images.labels.map { 9 - $0 })
        var results: [Data] = []
        for images in [images, unlabelled] {
            let distillation = try distillation(of: images, budget: .epochs(1))
            while distillation.steps < distillation.totalSteps { try distillation.step() }
            results.append(try distillation.finish {}.graph.encodedWeights())
        }
        #expect(results[0] == results[1])
        #expect(results[0] != graph.encodedWeights())
    }

    @Test func digitsAreNotFlipped() throws {
        let augmentation = try distillation(augmentation: nil).augmentation
        #expect(!augmentation.flips)
        #expect(try distillation(augmentation: Augmentation(flips: true)).augmentation.flips)
    }

    /// Every image is its own mirror image.
    @Test func imagesThatBearItAreFlipped() throws {
        guard case .bytes(let bytes) = images.pixels else { return }
        let width = images.shape.width
        let mirrored = bytes.indices.map { index in
            let column = index % width
            return bytes[index - column + min(column, width - 1 - column)]
        }
        let set = ImageSet(shape: images.shape, pixels: .bytes(mirrored), labels: images.labels)
        // The polynomials are not made for such images; which changes are borne is asked of the original alone.
        let augmentation = try? distillation(of: set, augmentation: nil).augmentation
        #expect(augmentation?.flips == true)
    }

    /// Cubics that are called quartics, whichever network is kept.
    @Test(arguments: [1e-9, 2]) func quarticsCanBeSquared(learningRate: Double) throws {
        let cubics = approximations.map { approximation in
            let square = approximation.polynomials[0].converted(to: .monomial)
            return Approximation(
                granularity: .layer,
                polynomials: [
                    Polynomial(
                        basis: .monomial, coefficients: square.coefficients + [0.1 * square.coefficients[2], 0],
                        domain: square.domain)
                ])
        }
        let distillation = try distillation(from: cubics, budget: .epochs(0.2), learningRate: learningRate)
        while distillation.steps < distillation.totalSteps { try distillation.step() }
        let kept = try distillation.finish {}
        for polynomial in kept.approximations.flatMap(\.polynomials) {
            let powers = polynomial.unscaledPowers
            let reach = max(abs(polynomial.domain.lowerBound), abs(polynomial.domain.upperBound))
            #expect(powers[3] != 0 && abs(powers[3] / (4 * powers[4])) < 16 * reach)
        }
    }

    /// A channel that hardly varies beside one that does: its polynomial is the same before and after.
    @Test func narrowChannelsAreTrainedAsStraightLines() throws {
        let wide = Polynomial(basis: .chebyshev, coefficients: [0.5, 0.5, 0.2, 0.1, 0.05], domain: -3...3)
        let narrow = Polynomial(basis: .chebyshev, coefficients: [1e-3, 5e-4, 2e-4, 1e-4, 1e-4], domain: -1e-3...1e-3)
        let values = (0..<1000).flatMap { index -> [Float] in
            let x = Float(index) / 500 - 1
            return [3 * x, 1e-3 * x]
        }
        var layer = LayerAccumulator(channels: 2)
        values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { return }
            for channel in 0..<2 { layer.add(start + channel, count: 1000, stride: 2, channel: channel) }
        }
        let activation = TrainableActivation(
            Approximation(granularity: .channel, polynomials: [wide, narrow]), statistics: layer.statistics())
        #expect(activation.approximation.polynomials[0] == wide)
        let line = activation.approximation.polynomials[1]
        for x in stride(from: -1e-3, through: 1e-3, by: 1e-4) {
            #expect(abs(line(x) - narrow(x)) < 5e-4)
            #expect(abs(line(x) - (1e-3 + 5e-4 * x / 1e-3)) < 1e-12)
        }
    }

    @Test func budgetInSecondsBecomesSteps() throws {
        let distillation = try distillation(budget: .seconds(1e-9))
        #expect(distillation.totalSteps == 4)
        // The pace is measured once: who goes on keeps the number of steps.
        try distillation.step()
        let resumed = try self.distillation(budget: .seconds(1000), state: distillation.state())
        #expect(resumed.totalSteps == 4)
    }

    @Test func damagedStateIsRefused() throws {
        let state = try distillation().state()
        for damaged in [Data(), state.prefix(100), Data("state".utf8)] {
            #expect(throws: TrainingError.self) { try distillation(state: damaged) }
        }
    }

    @Test(arguments: [.epochs(0), .epochs(-.infinity), .seconds(.nan), .seconds(-1)] as [TrainingBudget])
    func impossibleBudgetIsRefused(_ budget: TrainingBudget) {
        #expect(throws: TrainingError.self) { try distillation(budget: budget) }
    }
}
