package import Approx
package import Foundation

/// Trains a polynomial network, all of its weights and coefficients, towards the original one: on augmented training
/// images, without their labels.
///
/// The loss is the divergence of its classes from those of the original network (Hinton, Vinyals and Dean 2015). While it
/// is trained its pre-activations are clamped far beyond their ranges at the start, and pay for leaving these: on an
/// image of which nothing was clamped, the network without clamps is the same.
///
/// For example, behind a guided reconstruction:
///
///     let distillation = try Distillation(
///         of: graph, into: guided.refitted, approximations, settings: DistillationSettings(budget: .epochs(10)),
///         images: calibration, preprocessing: preprocessing, threads: 2) {}
///     while distillation.steps < distillation.totalSteps { try distillation.step() }
///     let trained = try distillation.finish {}
package final class Distillation {
    /// A trained network, or the one that the training began with where it made that worse.
    package struct Outcome: Sendable {
        package let graph: NetworkGraph
        /// One per site.
        package let approximations: [Approximation]
        /// By site: what it reads, over images spread over the set.
        package let statistics: [LayerStatistics]
        /// Of these images: how many left the ranges of the polynomials; they are in no statistics.
        package let leftRange: Int
        package let augmentation: Augmentation
        package let steps: Int
        /// Of these: how many changed nothing, because something was not finite.
        package let skippedSteps: Int
        /// The mean loss of the last steps.
        package let loss: DistillationLoss.Report
        package let comparison: StartComparison
    }

    /// About so many images, spread over the set, are those that ranges are taken from.
    private static let rangeImages = 2000

    /// Start and end are compared on so many, the first.
    private static let comparedImages = 5000

    /// Steps whose loss is reported.
    private static let reportedSteps = 100

    /// What of the images is changed while training.
    package let augmentation: Augmentation
    package let totalSteps: Int
    private let original: NetworkGraph
    private let start: StartComparison.Candidate
    private let network: TrainableNetwork
    private let trainer: Trainer
    private let images: TrainingImages
    private let preprocessing: Preprocessing
    private let objective: DistillationLoss
    /// Nil where they have no price.
    private let anchors: AnchorPenalty?
    private var order: BatchOrder
    private var recentLosses: [DistillationLoss.Report]

    /// - Parameters:
    ///   - original: The network to be like.
    ///   - start: Of the same architecture, with the weights to start from.
    ///   - approximations: One per site, to start from.
    ///   - augmentation: Nil for what the original network's predictions bear.
    ///   - state: What ``state()`` gave in an earlier run with the same arguments; it goes on to the same bits.
    ///   - checkpoint: Called between batches.
    /// - Throws: ``TrainingError``, ``InferenceError``, or what `checkpoint` throws.
    package init(
        of original: NetworkGraph, into start: NetworkGraph, _ approximations: [Approximation],
        settings: DistillationSettings, images: ImageSet, preprocessing: Preprocessing, threads: Int,
        augmentation: Augmentation? = nil, state: Data? = nil, checkpoint: () throws -> Void
    ) throws {
        try settings.validate()
        let approximations = approximations.map(\.inTwoSquarings)
        (self.original, self.start) = (original, (start, approximations))
        let saved = try state.map(DistillationState.init(decoding:))
        let micro = TrainingEngine.defaultMicroBatch
        let teacher = try ForwardEngine(TrainableNetwork(graph: original), microBatch: micro)
        let ranges = try SiteStatistics(
            start, approximations, images: images, count: Self.rangeImages,
            preprocessing: preprocessing, checkpoint: checkpoint)
        network = try TrainableNetwork(
            graph: start,
            activations: zip(approximations, ranges.layers).map {
                TrainableActivation($0, statistics: $1, clampFactor: settings.clampReach)
            })
        let augmentation =
            try saved?.augmentation ?? augmentation
            ?? .borne(
                by: teacher, images: images, preprocessing: preprocessing, seed: settings.seed, checkpoint: checkpoint)
        let changed = try TrainingImages(
            images, preprocessing: preprocessing, augmentation: augmentation, mixup: Mixup(share: settings.mixup),
            seed: settings.seed)
        let loss = DistillationLoss(
            teacher: teacher, divergence: DistillationDivergence(temperature: settings.temperature),
            penalty: try RangePenalty(
                ranges: ranges.layers.map { TrainableActivation.ranges(of: $0, factor: 1) }, of: start,
                weight: settings.penalty))
        let order = BatchOrder(images: images.count, size: min(settings.batch, images.count), seed: settings.seed)
        let engine = try TrainingEngine(
            network, microBatch: micro, threads: threads, gradientSites: Set(start.sites.indices))
        totalSteps =
            try saved?.totalSteps
            ?? settings.budget.steps(perEpoch: order.perEpoch) {
                try Trainer(engine, settings: Self.training(settings)).pace(
                    order.size, of: changed, checkpoint: checkpoint
                ) { try loss.add(to: $0) }
            }
        (self.images, self.augmentation, objective) = (changed, augmentation, loss)
        anchors =
            settings.anchorPenalty > 0
            ? AnchorPenalty(
                on: network, statistics: ranges.layers, anchors: CurveAnchors(), weight: settings.anchorPenalty) : nil
        self.order = order
        self.preprocessing = preprocessing
        recentLosses = saved?.recentLosses ?? []
        trainer = try Trainer(
            engine,
            settings: Self.training(
                settings, Schedule(.cosine(), steps: totalSteps, warmUp: totalSteps / 10)))
        if let saved { try trainer.restore([UInt8](saved.trainer)) }
    }

    /// Images in a step.
    package var batchSize: Int { order.size }

    /// Steps that were taken.
    package var steps: Int { trainer.steps }

    /// Takes the next step.
    ///
    /// - Parameter checkpoint: Called for each micro-batch, on its thread; a step in which it throws changes nothing.
    package func step(checkpoint: @Sendable () throws -> Void = {}) throws {
        var price = 0.0
        let outcome = try trainer.step(
            order.batch(at: trainer.steps), of: images, onNonFinite: .skip,
            parameterLoss: { price = anchors?.add(to: $1, values: $0) ?? 0 },
            loss: { [objective] pass in
                try checkpoint()
                return try objective.add(to: pass)
            })
        guard outcome.skipped == nil else { return }
        let report = outcome.reports.reduce(into: DistillationLoss.Report(anchors: price)) { $0 += $1 }
        recentLosses = (recentLosses + [report]).suffix(Self.reportedSteps)
    }

    /// The mean loss of the last steps.
    package var loss: DistillationLoss.Report {
        recentLosses.reduce(into: DistillationLoss.Report()) { $0 += $1 } / Double(max(recentLosses.count, 1))
    }

    /// All that another process needs to go on from here.
    package func state() throws -> Data {
        try DistillationState(
            totalSteps: totalSteps, augmentation: augmentation, recentLosses: recentLosses,
            trainer: Data(trainer.checkpoint())
        ).encoded()
    }

    /// The network as it is now, without clamps, and what its sites read; or the start, where that decides more often as
    /// the original network.
    ///
    /// - Parameter checkpoint: Called between batches.
    /// - Throws: ``TrainingError/tooManySkipped(_:of:)``, ``TrainingError/outOfRange(_:of:)``.
    package func finish(checkpoint: () throws -> Void) throws -> Outcome {
        guard trainer.skippedSteps <= trainer.steps / 2 else {
            throw TrainingError.tooManySkipped(trainer.skippedSteps, of: trainer.steps)
        }
        let end = try trained(checkpoint: checkpoint)
        let comparison = try StartComparison(
            of: original, start, end, images.set, count: Self.comparedImages, preprocessing: preprocessing,
            checkpoint: checkpoint)
        let (graph, approximations) = comparison.keepsStart ? start : end
        let ranges = try SiteStatistics(
            graph, approximations, images: images.set, count: Self.rangeImages,
            preprocessing: preprocessing, checkpoint: checkpoint)
        return Outcome(
            graph: graph, approximations: approximations, statistics: ranges.layers, leftRange: ranges.leftOut,
            augmentation: augmentation, steps: trainer.steps, skippedSteps: trainer.skippedSteps, loss: loss,
            comparison: comparison)
    }

    /// What became of the start. A channel that hardly varied there may have come to life, far outside of its domain, and
    /// what two squarings ask of a polynomial is about the values that it reads: domains grow by those, and are no narrower
    /// than the variables in which polynomials were trained.
    private func trained(checkpoint: () throws -> Void) throws -> StartComparison.Candidate {
        let graph = try network.graph(with: trainer.values)
        func candidate(_ domains: [[ClosedRange<Double>]]) throws -> [Approximation] {
            try network.approximations(with: trainer.values, domains: domains).compactMap(\.self)
        }
        let domains = network.activations.compactMap { $0?.domainsOfVariables }
        do {
            let read = try SiteStatistics(
                graph, try candidate(domains), images: images.set, count: Self.rangeImages,
                preprocessing: preprocessing, checkpoint: checkpoint)
            let grown = zip(domains, read.layers).map { Self.domains($0, holding: $1) }
            return (graph, try candidate(grown).map(\.inTwoSquarings))
        } catch TrainingError.outOfRange {
            // Most images leave the ranges: should it be better than the start nevertheless, it is refused for that.
            return (graph, try candidate(domains).map(\.inTwoSquarings))
        }
    }

    /// - Parameter domains: One for each polynomial of a site.
    private static func domains(
        _ domains: [ClosedRange<Double>], holding statistics: LayerStatistics
    ) -> [ClosedRange<Double>] {
        let read = domains.count == 1 ? [statistics.pooled] : statistics.channels
        return zip(domains, read).map { domain, read in read.range.map { domain.joined(with: $0) } ?? domain }
    }

    private static func training(_ settings: DistillationSettings, _ schedule: Schedule = .init()) -> Trainer.Settings {
        Trainer.Settings(
            method: .muon(),
            groups: [.init([.weights, .biases, .coefficients], learningRate: settings.learningRate)],
            schedule: schedule, clippingQuantile: settings.clippingQuantile)
    }
}

extension TrainableActivation {
    /// The domain of each polynomial at the start, and of its variable one scale to each side.
    fileprivate var domainsOfVariables: [ClosedRange<Double>] {
        zip(approximation.polynomials, variables).map { polynomial, variable in
            polynomial.domain.joined(with: variable.center - variable.scale...variable.center + variable.scale)
        }
    }
}
