package import Approx
package import Foundation

/// Trains a network on labelled images, from random weights (He et al. 2015), towards the least cross-entropy.
///
/// The result depends on settings, images and seed alone, unless the budget is in seconds: neither the number of threads
/// nor how often the training was interrupted changes a bit.
///
/// For example:
///
///     let training = try SupervisedTraining(
///         of: Architecture.lenet5.blueprint(input: images.shape, classes: 10), settings: settings, images: images,
///         validation: validation, preprocessing: Preprocessing(measuredOn: images), threads: 2) {}
///     while training.steps < training.totalSteps { try training.step() }
///     let graph = try training.network()
package final class SupervisedTraining {
    package let totalSteps: Int
    /// A point each ``stepsPerPoint`` steps, and one behind the last.
    package private(set) var curve: [TrainingEpoch]
    /// Those of a pass over the images; or of as many passes as make as many images as are validated on, since a point
    /// costs a run through these.
    package let stepsPerPoint: Int
    /// One for each of the last points of the curve but the very last, as many as were asked for.
    package private(set) var captures: [LateCapture]
    private let settings: SupervisedSettings
    /// Points of the curve that something is captured at, the last one included, which the caller captures.
    private let capturedPoints: Int
    private let capturedRanges: [Range<Int>]
    private let trainer: Trainer
    private let judge: ValidationJudge
    private var batches: LabelledBatches
    private var sums: SupervisedState.Sums

    /// - Parameters:
    ///   - images: What it is trained on.
    ///   - validation: What each point of the curve is measured on; no gradient comes from it.
    ///   - capturedPoints: At so many of the last points of the curve it is captured what the layers read; at the last of
    ///     them the caller has the network itself.
    ///   - capturedRanges: Of `images`: what is captured, each by itself and merged in this order.
    ///   - state: What ``state()`` gave in an earlier run with the same arguments; it goes on to the same bits.
    ///   - checkpoint: Called between batches.
    /// - Throws: ``TrainingError``, ``InferenceError``, or what `checkpoint` throws.
    package init(
        of blueprint: NetworkBlueprint, settings: SupervisedSettings, images: ImageSet, validation: ImageSet,
        preprocessing: Preprocessing, threads: Int, capturedPoints: Int = 0, capturedRanges: [Range<Int>] = [],
        state: Data? = nil, checkpoint: () throws -> Void
    ) throws {
        try settings.validate(images: images.count)
        let network = try TrainableNetwork(graph: blueprint.graph, normalised: blueprint.normalised)
        let engine = try TrainingEngine(network, threads: threads)
        let batches = try LabelledBatches(images, settings: settings, preprocessing: preprocessing, for: engine)
        let saved = try state.map(SupervisedState.init(decoding:))
        let judge = ValidationJudge(validation, preprocessing: preprocessing, threads: threads)
        let perPass = batches.perEpoch * batches.size
        let stepsPerPoint = batches.perEpoch * max(1, (validation.count + perPass - 1) / perPass)
        let start = network.randomValues(seed: settings.seed)
        totalSteps =
            try saved?.totalSteps
            ?? settings.budget.steps(perEpoch: batches.perEpoch) {
                let step = try batches.pace(
                    Trainer(engine, settings: settings.training(steps: nil), values: start), checkpoint: checkpoint)
                let began = ContinuousClock.now
                _ = try judge.correct(network.graph(with: start))
                return step + (ContinuousClock.now - began) / .seconds(1) / Double(stepsPerPoint)
            }
        trainer = try Trainer(engine, settings: settings.training(steps: totalSteps), values: start)
        if let saved { try trainer.restore([UInt8](saved.trainer)) }
        self.settings = settings
        self.judge = judge
        self.batches = batches
        self.stepsPerPoint = stepsPerPoint
        (self.capturedPoints, self.capturedRanges) = (capturedPoints, capturedRanges)
        captures = saved?.captures ?? []
        curve = saved?.curve ?? []
        sums = saved?.sums ?? .init()
    }

    /// Steps that were taken.
    package var steps: Int { trainer.steps }

    /// Takes the next step, and a point of the curve where one is due.
    ///
    /// - Parameter checkpoint: Called for each micro-batch, on its thread; a step in which it throws changes nothing.
    /// - Throws: ``TrainingError/diverged(_:)`` where the training has blown up, or what `checkpoint` throws.
    package func step(checkpoint: @Sendable () throws -> Void = {}) throws {
        let rate = settings.learningRate * trainer.settings.schedule.factor(at: trainer.steps)
        let reports: [LabelledLoss.Report]
        do {
            reports = try batches.step(trainer, checkpoint: checkpoint)
        } catch TrainingError.nonFinite(let value) {
            throw TrainingError.diverged(value)
        }
        sums.steps += 1
        sums.images += batches.size
        for report in reports {
            sums.loss += report.loss
            sums.correct += report.correct
        }
        guard steps % stepsPerPoint == 0 || steps == totalSteps else { return }
        let network = try self.network()
        curve.append(
            TrainingEpoch(
                steps: steps, learningRate: rate, loss: sums.loss / Double(sums.steps), trainingCorrect: sums.correct,
                trainingImages: sums.images, validationCorrect: try judge.correct(network),
                validationImages: judge.images.count))
        sums = .init()
        let pointsLeft = (totalSteps - steps + stepsPerPoint - 1) / stepsPerPoint
        guard (1..<max(capturedPoints, 1)).contains(pointsLeft) else { return }
        captures.append(
            LateCapture(
                steps: steps, layers: try judge.inference(network).capture(batches.images.set, capturedRanges)))
    }

    /// All that another process needs to go on from here.
    package func state() throws -> Data {
        try SupervisedState(
            totalSteps: totalSteps, stepsPerPoint: stepsPerPoint, curve: curve, sums: sums, captures: captures,
            trainer: Data(trainer.checkpoint())
        ).encoded()
    }

    /// The network as it is now, normalisations folded.
    package func network() throws(TrainingError) -> NetworkGraph {
        try trainer.engine.network.graph(with: trainer.values)
    }
}

/// Counts what networks get right on images that they do not learn from.
private struct ValidationJudge {
    let images: ImageSet
    let preprocessing: Preprocessing
    let threads: Int

    init(_ images: ImageSet, preprocessing: Preprocessing, threads: Int) {
        self.images = images
        self.preprocessing = preprocessing
        self.threads = threads
    }

    func correct(_ graph: NetworkGraph) throws -> Int {
        try inference(graph).predict(images, 0..<images.count).correct(images.labels)
    }

    func inference(_ graph: NetworkGraph) throws -> ParallelInference {
        try ParallelInference(NetworkRunner(graph: graph, preprocessing: preprocessing), threads: threads)
    }
}
