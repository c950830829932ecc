package import Approx
package import Foundation

/// Trains a network of quadratics with labels, towards the least cross-entropy: from the weights of a trained network, or
/// from random ones.
///
/// Every activation becomes its normalised Hermite expansion (HerPN; Park et al. 2022, AESPA), which folds into one
/// quadratic for each channel at the end. This is the only method that looks at the labels of images.
///
/// For example:
///
///     let retraining = try Retraining(
///         of: graph, from: .trainedWeights, settings: settings, images: calibration, preprocessing: preprocessing,
///         threads: 2) {}
///     while retraining.steps < retraining.totalSteps { try retraining.step() }
///     let trained = try retraining.finish {}
package final class Retraining {
    /// The weights that a retraining begins with.
    package enum Start: Hashable, Sendable {
        /// The network's own. Normalisations begin with what its layers read, and scale and shift of each channel bring
        /// the expansion as close to the activation as they can.
        case trainedWeights
        /// Drawn anew, as ``TrainableNetwork/randomValues(seed:)`` does. Convolutions that are not read by an activation
        /// alone, before a sum, are batch-normalised.
        case randomWeights
    }

    package struct Outcome: Sendable {
        package let graph: NetworkGraph
        /// One quadratic per channel and site.
        package let approximations: [Approximation]
        /// By site: what it reads, over images spread over the set.
        package let statistics: [LayerStatistics]
        /// Of these images: how many had a value beyond what is expected of any channel of its site; they are in no
        /// statistics.
        package let leftRange: Int
        package let steps: Int
        package let curve: [RetrainingEpoch]
    }

    /// About so many images, spread over the set, are those that statistics are taken from.
    private static let statisticsImages = 2000
    /// Gradients of micro-batches are clipped to this quantile of those before: squares have heavy tails.
    private static let clippingQuantile = 0.5

    package let totalSteps: Int
    /// A point behind each pass over the images, and one behind the last step.
    package private(set) var curve: [RetrainingEpoch]
    private let network: TrainableNetwork
    private let trainer: Trainer
    private let preprocessing: Preprocessing
    private var batches: LabelledBatches
    private var sums: RetrainingEpoch

    /// - Parameters:
    ///   - original: A trained network; of its weights, only ``Start/trainedWeights`` makes use.
    ///   - state: What ``state()`` gave in an earlier run with the same arguments; it goes on to the same bits.
    ///   - checkpoint: Called between batches.
    /// - Throws: ``TrainingError``, ``InferenceError``, or what `checkpoint` throws.
    package init(
        of original: NetworkGraph, from start: Start, settings: SupervisedSettings, images: ImageSet,
        preprocessing: Preprocessing, threads: Int, state: Data? = nil, checkpoint: () throws -> Void
    ) throws {
        try settings.validate(images: images.count)
        network = try TrainableNetwork(expandingAll: original, from: start)
        let engine = try TrainingEngine(network, threads: threads)
        let batches = try LabelledBatches(images, settings: settings, preprocessing: preprocessing, for: engine)
        let saved = try state.map(RetrainingState.init(decoding:))
        let values: [Float]
        if saved != nil {
            // They are replaced by what was saved.
            values = network.initialValues
        } else if start == .randomWeights {
            values = network.randomValues(seed: settings.seed)
        } else {
            values = network.values(
                startingFrom: try SiteStatistics(
                    original, original.sites.map { _ in nil }, images: images, count: Self.statisticsImages,
                    preprocessing: preprocessing, checkpoint: checkpoint
                ).layers)
        }
        totalSteps =
            try saved?.totalSteps
            ?? settings.budget.steps(perEpoch: batches.perEpoch) {
                try batches.pace(
                    Trainer(engine, settings: Self.training(settings, steps: nil), values: values),
                    checkpoint: checkpoint)
            }
        trainer = try Trainer(engine, settings: Self.training(settings, steps: totalSteps), values: values)
        if let saved { try trainer.restore([UInt8](saved.trainer)) }
        (self.preprocessing, self.batches) = (preprocessing, batches)
        curve = saved?.curve ?? []
        sums = saved?.sums ?? RetrainingEpoch()
    }

    private static func training(_ settings: SupervisedSettings, steps: Int?) -> Trainer.Settings {
        var training = settings.training(steps: steps)
        training.clippingQuantile = clippingQuantile
        return training
    }

    /// Images in a step.
    package var batchSize: Int { batches.size }

    /// Steps that were taken.
    package var steps: Int { trainer.steps }

    /// Takes the next step.
    ///
    /// - Parameter checkpoint: Called for each micro-batch, on its thread; a step in which it throws changes nothing.
    /// - Throws: ``TrainingError/retrainingDiverged(_:)`` where the training has blown up, or what `checkpoint` throws.
    package func step(checkpoint: @Sendable () throws -> Void = {}) throws {
        let reports: [LabelledLoss.Report]
        do {
            reports = try batches.step(trainer, checkpoint: checkpoint)
        } catch TrainingError.nonFinite(let value) {
            throw TrainingError.retrainingDiverged(value)
        }
        sums.add(reports, images: batches.size)
        guard steps % batches.perEpoch == 0 || steps == totalSteps else { return }
        curve.append(sums.mean(steps: steps, since: curve.last?.steps ?? 0))
        sums = RetrainingEpoch()
    }

    /// All that another process needs to go on from here.
    package func state() throws -> Data {
        try RetrainingState(
            totalSteps: totalSteps, curve: curve, sums: sums, trainer: Data(trainer.checkpoint())
        ).encoded()
    }

    /// The network as it is now, normalisations folded, and what its sites read.
    ///
    /// - Parameter checkpoint: Called between batches.
    /// - Throws: ``TrainingError/retrainingOutOfRange(_:of:)`` where most images escape.
    package func finish(checkpoint: () throws -> Void) throws -> Outcome {
        let graph = try network.graph(with: trainer.values)
        let wide = try network.quadratics(with: trainer.values, domains: network.expectedRanges(in: trainer.values))
        let read: SiteStatistics
        do {
            read = try SiteStatistics(
                graph, wide, images: batches.images.set, count: Self.statisticsImages, preprocessing: preprocessing,
                checkpoint: checkpoint)
        } catch TrainingError.outOfRange(let left, let seen) {
            throw TrainingError.retrainingOutOfRange(left, of: seen)
        }
        return Outcome(
            graph: graph,
            approximations: try network.quadratics(
                with: trainer.values, domains: read.layers.map { TrainableActivation.ranges(of: $0, factor: 1) }),
            statistics: read.layers, leftRange: read.leftOut, steps: trainer.steps, curve: curve)
    }
}

/// How the network did, while it learnt, on the images of one or more steps: as the training sees it, normalised by their own
/// statistics.
package struct RetrainingEpoch: Hashable, Codable, Sendable {
    /// Steps since the start.
    package private(set) var steps = 0
    /// Mean cross-entropy in nats.
    package private(set) var loss = 0.0
    package private(set) var correct = 0
    package private(set) var images = 0

    fileprivate mutating func add(_ reports: [LabelledLoss.Report], images count: Int) {
        images += count
        for report in reports {
            loss += report.loss
            correct += report.correct
        }
    }

    /// Out of a sum over steps.
    fileprivate func mean(steps: Int, since first: Int) -> RetrainingEpoch {
        var mean = self
        mean.steps = steps
        mean.loss = loss / Double(max(steps - first, 1))
        return mean
    }
}

/// What a retraining leaves for the process that goes on with it.
private struct RetrainingState: TrainingState {
    static let training = "a retraining"

    var totalSteps: Int
    var curve: [RetrainingEpoch]
    /// Over the steps since the last point of the curve.
    var sums: RetrainingEpoch
    /// The trainer's checkpoint.
    var trainer: Data
}
