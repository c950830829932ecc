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
        let models = URL(filePath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../Models").standardizedFileURL
        graph = try ONNXImporter.graph(from: Data(contentsOf: models.appending(path: "lenet5-digits.onnx")))
        preprocessing = try PreprocessingFile(at: models.appending(path: "lenet5-digits.json").path).input
        let dataset = try Dataset.open(at: Dataset.builtInPath)
        images = try dataset.images(of: .calibration).prefix(640)
        validation = try dataset.images(of: .validation)
        let runner = try NetworkRunner(graph: graph, preprocessing: preprocessing)
        approximations = try zip(graph.sites, try runner.capture(images, 0..<200) { _ in }).map { site, statistics in
            try FitterKind.leastSquares.fit(
                statistics, of: site.function, degrees: [Degree(2)], settings: FitSettings(granularity: .layer)
            )[0].approximation
        }
    }

    private func distillation(
        of images: ImageSet? = nil, budget: DistillationSettings.Budget = .epochs(2), threads: Int = 1,
        augmentation: Augmentation? = Augmentation.none, state: Data? = nil
    ) throws -> Distillation {
        try Distillation(
            of: graph, into: graph, approximations,
            settings: DistillationSettings(budget: budget, batch: 64, seed: 5), images: images ?? self.images,
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
        let first = distillation.meanLoss()
        while distillation.steps < 50 { try distillation.step() }
        _ = distillation.meanLoss()
        while distillation.steps < distillation.totalSteps { try distillation.step() }
        #expect(distillation.meanLoss().divergence < first.divergence / 2)
        let trained = try distillation.finish {}
        let before = try agreeing(graph, approximations)
        let after = try agreeing(trained.graph, trained.approximations)
        #expect(after > before, "\(before) and \(after) of \(validation.count)")
        #expect(trained.steps == 60)
        #expect(trained.statistics.count == graph.sites.count)
    }

    @Test func resumedTrainingEndsWithTheSameBits() throws {
        let undisturbed = try distillation()
        var states: [Data] = []
        while undisturbed.steps < undisturbed.totalSteps {
            states.append(try undisturbed.state())
            try undisturbed.step()
        }
        let expected = try undisturbed.finish {}
        // In the first epoch, at its end and in the second, on another number of threads.
        for place in [0, 3, 10, 15] {
            let resumed = try distillation(threads: 2, state: states[place])
            #expect(resumed.steps == place && resumed.totalSteps == 20)
            while resumed.steps < resumed.totalSteps { try resumed.step() }
            let found = try resumed.finish {}
            #expect(found.graph.encodedWeights() == expected.graph.encodedWeights())
            #expect(found.approximations == expected.approximations)
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

    @Test(arguments: [.epochs(0), .epochs(-.infinity), .seconds(.nan), .seconds(-1)] as [DistillationSettings.Budget])
    func impossibleBudgetIsRefused(_ budget: DistillationSettings.Budget) {
        #expect(throws: TrainingError.self) { try distillation(budget: budget) }
    }
}
