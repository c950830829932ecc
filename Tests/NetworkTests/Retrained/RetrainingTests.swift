import Approx
import Foundation
import Network
import Testing

/// On the built-in digits and the network that the project ships.
@Suite struct RetrainingTests {
    private let graph: NetworkGraph
    private let preprocessing: Preprocessing
    private let images: ImageSet
    private let validation: ImageSet

    init() throws {
        graph = try DigitsNetwork.imported().graph
        preprocessing = try DigitsNetwork.storedPreprocessing()
        (images, validation) = try DigitsNetwork.trainingImages()
    }

    private func retraining(
        _ start: Retraining.Start, of graph: NetworkGraph? = nil, budget: TrainingBudget = .epochs(2),
        images: ImageSet? = nil, threads: Int = 1, state: Data? = nil,
        change: (inout SupervisedSettings) -> Void = { _ in }
    ) throws -> Retraining {
        let images = images ?? self.images
        var settings = try start.settings(budget: budget, images: 64, channels: 1, seed: 5)
        change(&settings)
        return
            try Retraining(
                of: graph ?? self.graph, from: start, settings: settings, images: images,
                preprocessing: preprocessing, threads: threads, state: state
            ) {}
    }

    private func finish(_ retraining: Retraining) throws -> Retraining.Outcome {
        while retraining.steps < retraining.totalSteps { try retraining.step() }
        return try retraining.finish {}
    }

    private func evaluated(_ network: Retraining.Outcome) throws -> EvaluationOutcome {
        let range = 0..<validation.count
        let original = try NetworkRunner(graph: graph, preprocessing: preprocessing).predict(validation, range) { _ in }
        return try NetworkRunner(graph: network.graph, preprocessing: preprocessing)
            .evaluate(plan: network.approximations, validation, range, original: original) { _ in }
    }

    private func bits(_ network: Retraining.Outcome) throws -> [Data] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return [network.graph.encodedWeights(), try encoder.encode(network.approximations)]
    }

    @Test func networksOfQuadraticsKeepWhatTheTrainedOneKnows() throws {
        let trained = try finish(retraining(.trainedWeights, budget: .epochs(4)))
        #expect(trained.curve.map(\.steps) == [10, 20, 30, 40])
        #expect(trained.curve.allSatisfy { $0.images == 640 })
        #expect(trained.curve[3].loss < trained.curve[0].loss, "\(trained.curve.map(\.loss))")
        #expect(trained.approximations.map(\.degree) == [2, 2, 2, 2])
        #expect(trained.approximations.map(\.polynomials.count) == graph.sites.map(\.shape.channels))
        #expect(trained.statistics.count == 4 && trained.leftRange == 0)
        let outcome = try evaluated(trained)
        #expect(10 * outcome.correct > 9 * outcome.images, "\(outcome.correct) of \(outcome.images)")
    }

    @Test func networksLearnFromRandomWeights() throws {
        let trained = try finish(retraining(.randomWeights, budget: .epochs(12)))
        #expect(trained.curve[11].loss < 0.5 * trained.curve[0].loss, "\(trained.curve.map(\.loss))")
        let outcome = try evaluated(trained)
        // A tenth would be chance.
        #expect(10 * outcome.correct > 7 * outcome.images, "\(outcome.correct) of \(outcome.images)")
    }

    /// In the first pass, at its end and in the second, on another number of threads.
    @Test(arguments: [Retraining.Start.trainedWeights, .randomWeights], [4, 10, 13])
    func resumedTrainingEndsWithTheSameBits(_ start: Retraining.Start, place: Int) throws {
        let undisturbed = try retraining(start)
        var state: Data?
        while undisturbed.steps < undisturbed.totalSteps {
            if undisturbed.steps == place { state = try undisturbed.state() }
            try undisturbed.step()
        }
        let resumed = try retraining(start, threads: 2, state: state)
        #expect(resumed.steps == place && resumed.curve.count == place / 10)
        let (first, second) = (try undisturbed.finish {}, try finish(resumed))
        #expect(try bits(first) == bits(second))
        #expect(first.curve == second.curve)
    }

    @Test func labelsAreWhatItLearnsFrom() throws {
        let swapped = ImageSet(shape: images.shape, pixels: images.pixels, labels: images.labels.map { 9 - $0 })
        let other = try finish(retraining(.randomWeights, budget: .epochs(12), images: swapped))
        let range = 0..<validation.count
        let runner = try NetworkRunner(graph: other.graph, preprocessing: preprocessing)
        let original = Predictions(classes: validation.labels.map { Int16(9 - $0) })
        let outcome = try runner.evaluate(plan: other.approximations, validation, range, original: original) { _ in }
        #expect(outcome.agreeing > outcome.correct, "\(outcome.agreeing) and \(outcome.correct) of \(outcome.images)")
    }

    /// Guided and distilled networks come to the same bits whatever the labels are.
    @Test func otherMethodsLookAtNoLabels() throws {
        func made(_ images: ImageSet) throws -> [Data] {
            let degrees = Array(repeating: try Degree(2), count: 4)
            let guided = GuidedReconstruction(
                graph, settings: GuidedSettings(degrees: degrees, rows: 1024), threads: 1, memory: 1 << 30,
                directory: FileManager.default.temporaryDirectory)
            try guided.run(images, Array(0..<64), preprocessing: preprocessing, fitted: { _ in })
            let distillation = try Distillation(
                of: graph, into: guided.refitted, guided.approximations.compactMap { $0 },
                settings: DistillationSettings(budget: .epochs(1), batch: 64), images: images,
                preprocessing: preprocessing, threads: 1
            ) {}
            while distillation.steps < distillation.totalSteps { try distillation.step() }
            return [guided.refitted.encodedWeights(), try distillation.finish {}.graph.encodedWeights()]
        }
        let few = images.prefix(320)
        let unlabelled = ImageSet(shape: few.shape, pixels: few.pixels, labels: few.labels.map { 9 - $0 })
        #expect(try made(few) == made(unlabelled))
    }

    @Test func randomWeightsOweNothingToTrainedOnes() throws {
        var other = graph
        for index in other.nodes.indices {
            guard case .convolution(var layer) = other.nodes[index].operation else { continue }
            layer.weights = layer.weights.map { -2 * $0 }
            layer.bias = layer.bias.map { $0 + 1 }
            other.nodes[index].operation = .convolution(layer)
        }
        let own = try bits(finish(retraining(.randomWeights, budget: .epochs(0.5))))
        #expect(try bits(finish(retraining(.randomWeights, of: other, budget: .epochs(0.5)))) == own)
        let trained = try bits(finish(retraining(.trainedWeights, budget: .epochs(0.5))))
        #expect(try bits(finish(retraining(.trainedWeights, of: other, budget: .epochs(0.5)))) != trained)
        #expect(
            try bits(finish(retraining(.randomWeights, budget: .epochs(0.5)) { $0.seed = 6 })) != own)
    }

    @Test func resumedTrainingKeepsItsNumberOfSteps() throws {
        let first = try retraining(.trainedWeights, budget: .seconds(0.05))
        try first.step()
        let resumed = try retraining(.trainedWeights, budget: .seconds(5000), state: first.state())
        #expect(resumed.totalSteps == first.totalSteps && resumed.steps == 1)
    }

    @Test func trainingThatBlowsUpSaysWhatToDo() throws {
        let training = try retraining(.randomWeights) { ($0.optimiser, $0.learningRate) = (.sgd, 1e30) }
        let error = try #require(throws: TrainingError.self) { try finish(training) }
        guard case .retrainingDiverged = error else {
            Issue.record("\(error)")
            return
        }
        #expect(error.description.contains("--seed") && error.description.contains("--fitters guided"))
    }

    @Test func whatCannotBeIsRefused() throws {
        #expect(throws: TrainingError.batchSize(16, images: 9)) {
            try Retraining.Start.trainedWeights.settings(budget: .epochs(1), images: 9, channels: 1, seed: 0)
        }
        #expect(throws: TrainingError.partialMicroBatch(images: 24, microBatch: 16)) {
            try retraining(.trainedWeights) { $0.batch = 24 }
        }
        #expect(throws: TrainingError.self) { try retraining(.trainedWeights, budget: .epochs(0)) }
        #expect(throws: TrainingError.self) { try retraining(.randomWeights, state: Data([1, 2, 3])) }
        let labelled = ImageSet(shape: images.shape, pixels: images.pixels, labels: images.labels.map { $0 + 1 })
        #expect(throws: TrainingError.label(10, classes: 10)) {
            try finish(retraining(.trainedWeights, images: labelled))
        }
    }
}
