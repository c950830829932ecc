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
        optimiser: SupervisedSettings.Optimiser = .adam, learningRate: Double = 4e-3,
        changes: SupervisedSettings.Changes = .crop
    ) -> SupervisedSettings {
        SupervisedSettings(
            budget: budget, batch: batch, optimiser: optimiser, learningRate: learningRate, weightDecay: 1e-2,
            changes: changes, seed: 3)
    }

    private func training(
        _ architecture: Architecture = .lenet5, _ settings: SupervisedSettings? = nil, images: ImageSet? = nil,
        validation: ImageSet? = nil, threads: Int = 1, state: Data? = nil
    ) throws -> SupervisedTraining {
        let images = images ?? self.images
        return
            try SupervisedTraining(
                of: architecture.blueprint(input: images.shape, classes: 10), settings: settings ?? self.settings(),
                images: images, validation: validation ?? self.validation,
                preprocessing: Preprocessing(measuredOn: images), threads: threads, state: state
            ) {}
    }

    private func finish(_ training: SupervisedTraining) throws -> (weights: Data, curve: [TrainingEpoch]) {
        while training.steps < training.totalSteps { try training.step() }
        return (try training.network().encodedWeights(), training.curve)
    }

    @Test(arguments: SupervisedSettings.Optimiser.allCases)
    func networksLearnWithEveryOptimiser(_ optimiser: SupervisedSettings.Optimiser) throws {
        let rate = Architecture.lenet5.learningRate(of: optimiser)
        let wish = settings(.epochs(12), batch: 16, optimiser: optimiser, learningRate: rate, changes: .none)
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
        let wish = settings(.epochs(5), optimiser: .sgd, learningRate: 0.1, changes: .none)
        let (_, curve) = try finish(training(.resnet20, wish, threads: 2))
        #expect(curve[4].loss < 0.7 * curve[0].loss, "\(curve.map(\.loss))")
        #expect(curve[4].trainingCorrect > 150, "\(curve.map(\.trainingCorrect)) of 320")
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
        #expect(try [TrainingEpoch](ofState: #require(state)) == Array(curve.prefix(place / 10)))
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

    @Test func seedsAndChangesMakeOtherNetworks() throws {
        let first = try finish(training()).weights
        var wish = settings()
        wish.seed = 4
        #expect(try finish(training(.lenet5, wish)).weights != first)
        #expect(try finish(training(.lenet5, settings(changes: .none))).weights != first)
    }

    @Test func partsOfPassesEndWithAPoint() throws {
        let (_, curve) = try finish(training(.lenet5, settings(.epochs(1.5))))
        #expect(curve.map(\.steps) == [10, 15])
        #expect(curve.map(\.trainingImages) == [320, 160])
    }

    @Test func secondsBecomeSteps() throws {
        let training = try training(.lenet5, settings(.seconds(0.05)))
        #expect(training.totalSteps >= 4 && training.steps == 0)
    }

    @Test func trainingThatBlowsUpSaysWhatToDo() throws {
        let training = try training(.lenet5, settings(optimiser: .sgd, learningRate: 1e20))
        let error = try #require(throws: TrainingError.self) { try finish(training) }
        #expect(error.description.contains("lower the learning rate"))
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
