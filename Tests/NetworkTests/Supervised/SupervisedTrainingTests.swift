import Approx
import Foundation
import Network
import Testing

/// On the built-in digits.
@Suite struct SupervisedTrainingTests {
    private let images: ImageSet
    private let validation: ImageSet

    init() throws {
        let dataset = try Dataset.open(at: Dataset.builtInPath)
        images = try dataset.images(of: .calibration).prefix(320)
        validation = try dataset.images(of: .validation).prefix(100)
    }

    private func settings(
        _ budget: TrainingBudget = .epochs(2), batch: Int = 32,
        optimiser: SupervisedSettings.Optimiser = .adamw, learningRate: Double = 4e-3,
        augmentation: SupervisedSettings.Augmentation = .crop
    ) -> SupervisedSettings {
        SupervisedSettings(
            budget: budget, batch: batch, optimiser: optimiser, learningRate: learningRate, weightDecay: 1e-2,
            augmentation: augmentation, seed: 3)
    }

    private func training(
        _ architecture: Architecture = .lenet5, _ settings: SupervisedSettings? = nil, images: ImageSet? = nil,
        validation: ImageSet? = nil, threads: Int = 1, capturedPoints: Int = 0, state: Data? = nil
    ) throws -> SupervisedTraining {
        let images = images ?? self.images
        return
            try SupervisedTraining(
                of: architecture.blueprint(input: images.shape, classes: 10), settings: settings ?? self.settings(),
                images: images, validation: validation ?? self.validation,
                preprocessing: Preprocessing(measuredOn: images), threads: threads,
                capturedPoints: capturedPoints, capturedRanges: [0..<100, 100..<160], state: state
            ) {}
    }

    private func finish(_ training: SupervisedTraining) throws -> (weights: Data, curve: [TrainingEpoch]) {
        while training.steps < training.totalSteps { try training.step() }
        return (try training.network().encodedWeights(), training.curve)
    }

    @Test(arguments: SupervisedSettings.Optimiser.allCases)
    func networksLearnWithEveryOptimiser(_ optimiser: SupervisedSettings.Optimiser) throws {
        let rate = Architecture.lenet5.learningRate(of: optimiser)
        let wish = settings(.epochs(12), batch: 16, optimiser: optimiser, learningRate: rate, augmentation: .none)
        let (weights, curve) = try finish(training(.lenet5, wish))
        #expect(curve.map(\.steps) == Array(stride(from: 20, through: 240, by: 20)))
        #expect(curve.allSatisfy { $0.trainingImages == 320 && $0.validationImages == 100 })
        #expect(curve[11].loss < 0.3 * curve[0].loss, "\(curve.map(\.loss))")
        // 10 would be chance.
        #expect(curve[11].validationCorrect > 60, "\(curve.map(\.validationCorrect))")
        #expect(curve[11].learningRate < curve[3].learningRate)
        #expect(!weights.isEmpty)
    }

    @Test func normalisedNetworksLearn() throws {
        let wish = settings(.epochs(5), optimiser: .sgd, learningRate: 0.1, augmentation: .none)
        let (_, curve) = try finish(training(.resnet20, wish, threads: 2))
        #expect(curve[4].loss < 0.7 * curve[0].loss, "\(curve.map(\.loss))")
        #expect(curve[4].trainingCorrect > 150, "\(curve.map(\.trainingCorrect)) of 320")
        // By the folded network, with running statistics in place of those of its images; 10 would be chance.
        #expect(curve[4].validationCorrect > 40, "\(curve.map(\.validationCorrect)) of 100")
    }

    /// In the first pass, at its end and in the second, on another number of threads.
    @Test(arguments: [(Architecture.lenet5, 4), (.lenet5, 10), (.resnet20, 13)])
    func resumedTrainingEndsWithTheSameBits(_ architecture: Architecture, place: Int) throws {
        let few = images.prefix(architecture == .lenet5 ? 320 : 160)
        let wish = settings(batch: architecture == .lenet5 ? 32 : 16)
        let undisturbed = try training(architecture, wish, images: few)
        var state: Data?
        while undisturbed.steps < undisturbed.totalSteps {
            if undisturbed.steps == place { state = try undisturbed.state() }
            try undisturbed.step()
        }
        let resumed = try training(architecture, wish, images: few, threads: 2, state: state)
        #expect(resumed.steps == place && resumed.curve.count == place / 10)
        let (weights, curve) = try finish(resumed)
        #expect(weights == (try undisturbed.network().encodedWeights()))
        #expect(curve == undisturbed.curve)
        let progress = try SupervisedProgress(ofState: #require(state))
        #expect(progress.curve == Array(curve.prefix(place / 10)))
        #expect(progress.shareOfNextPoint == (place < 10 ? 0.5 : 1))
    }

    @Test func layersAreCapturedBehindTheLastEpochsButTheVeryLast() throws {
        let wish = settings(.epochs(4))
        let captured = try training(.lenet5, wish, capturedPoints: 3)
        var graphs: [NetworkGraph] = []
        var state: Data?
        while captured.steps < captured.totalSteps {
            try captured.step()
            if captured.steps % 10 == 0 { graphs.append(try captured.network()) }
            if captured.steps == 25 { state = try captured.state() }
        }
        #expect(captured.captures.map(\.steps) == [20, 30])
        for (capture, graph) in zip(captured.captures, graphs[1...]) {
            let runner = try NetworkRunner(graph: graph, preprocessing: Preprocessing(measuredOn: images))
            var layers = try runner.capture(images, 0..<100) { _ in }
            for (site, more) in try runner.capture(images, 100..<160, checkpoint: { _ in }).enumerated() {
                try layers[site].merge(more)
            }
            #expect(capture == LateCapture(steps: capture.steps, layers: layers))
            let drift = try capture.drift(to: layers, at: graph.sites)
            #expect(drift.map(\.layer) == graph.sites.map(\.name))
            #expect(drift.allSatisfy { $0.statistics?.transport == 0 && $0.errors?.earlier == $0.errors?.later })
        }
        // Weights have moved.
        let last = try NetworkRunner(graph: graphs[3], preprocessing: Preprocessing(measuredOn: images))
            .capture(images, 0..<160) { _ in }
        let drift = try captured.captures[0].drift(to: last, at: graphs[3].sites)
        #expect(drift.allSatisfy { ($0.statistics?.transport ?? 0) > 0 })
        // Looking changes nothing, and neither does being stopped.
        let plain = try finish(training(.lenet5, wish))
        #expect(try captured.network().encodedWeights() == plain.weights)
        let resumed = try training(.lenet5, wish, threads: 2, capturedPoints: 3, state: state)
        _ = try finish(resumed)
        #expect(resumed.captures == captured.captures)
    }

    @Test func validationLabelsChangeNothingButTheCurve() throws {
        let other = ImageSet(
            shape: validation.shape, pixels: validation.pixels, labels: validation.labels.map { 9 - $0 })
        let (weights, curve) = try finish(training())
        let (same, changed) = try finish(training(validation: other))
        #expect(weights == same)
        #expect(curve != changed)
        #expect(curve.map(\.loss) == changed.map(\.loss))
    }

    @Test func seedsAndAugmentationsMakeOtherNetworks() throws {
        let first = try finish(training()).weights
        var wish = settings()
        wish.seed = 4
        #expect(try finish(training(.lenet5, wish)).weights != first)
        #expect(try finish(training(.lenet5, settings(augmentation: .none))).weights != first)
    }

    @Test func partsOfPassesEndWithAPoint() throws {
        let (_, curve) = try finish(training(.lenet5, settings(.epochs(1.5))))
        #expect(curve.map(\.steps) == [10, 15])
        #expect(curve.map(\.trainingImages) == [320, 160])
    }

    /// A run through the validation images costs more than a short pass.
    @Test func pointsAreAsFarApartAsValidationIsLong() throws {
        let few = try training(.lenet5, settings(.epochs(9)), images: images.prefix(64))
        // 2 steps in a pass: 64 images, and 128 are the first that are as many as the 100 of validation.
        #expect(few.stepsPerPoint == 4)
        let (_, curve) = try finish(few)
        #expect(curve.map(\.steps) == [4, 8, 12, 16, 18])
        #expect(curve.map(\.trainingImages) == [128, 128, 128, 128, 64])
    }

    @Test func secondsBecomeSteps() throws {
        #expect(try TrainingBudget.seconds(10).steps(perEpoch: 7, pace: { 0.5 }) == 20)
        #expect(try TrainingBudget.seconds(1).steps(perEpoch: 7, pace: { 0.5 }) == 4)
    }

    @Test func passesBecomeWholeStepsHoweverMany() throws {
        func steps(_ epochs: Double, perEpoch: Int) throws -> Int {
            try TrainingBudget.epochs(epochs).steps(perEpoch: perEpoch) { throw CancellationError() }
        }
        #expect(try steps(30, perEpoch: 55_000) == 1_650_000)
        // 28.999999999999996 in double precision.
        #expect(try steps(0.29, perEpoch: 100) == 29)
        #expect(try steps(0.01, perEpoch: 100) == 4)
    }

    @Test func resumedTrainingKeepsItsNumberOfSteps() throws {
        let first = try training(.lenet5, settings(.seconds(0.05)))
        try first.step()
        let resumed = try training(.lenet5, settings(.seconds(5000)), state: first.state())
        #expect(resumed.totalSteps == first.totalSteps && resumed.steps == 1)
    }

    @Test func trainingThatBlowsUpSaysWhatToDo() throws {
        let training = try training(.lenet5, settings(optimiser: .sgd, learningRate: 1e20))
        let error = try #require(throws: TrainingError.self) { try finish(training) }
        guard case .diverged = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.description.contains("lower --learning-rate or --weight-decay"))
        #expect(!error.description.contains("polynomial"))
    }

    @Test func whatCannotBeIsRefused() throws {
        #expect(throws: TrainingError.batchSize(400, images: 320)) {
            try training(.lenet5, settings(batch: 400))
        }
        #expect(throws: TrainingError.batchSize(0, images: 320)) { try training(.lenet5, settings(batch: 0)) }
        #expect(throws: TrainingError.partialMicroBatch(images: 24, microBatch: 16)) {
            try training(.resnet20, settings(batch: 24))
        }
        #expect(throws: TrainingError.self) { try training(.lenet5, settings(learningRate: 0)) }
        #expect(throws: TrainingError.self) { try training(.lenet5, settings(.epochs(0))) }
        #expect(throws: TrainingError.self) { try training(state: Data([1, 2, 3])) }
        let labelled = ImageSet(
            shape: images.shape, pixels: images.pixels, labels: images.labels.map { $0 + 1 })
        #expect(throws: TrainingError.label(10, classes: 10)) { try finish(training(images: labelled)) }
    }
}
