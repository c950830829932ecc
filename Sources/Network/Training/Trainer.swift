internal import CDNNL

/// Takes steps: a gradient from the engine, clipped, scheduled and turned into new values by the optimiser.
///
/// For example:
///
///     let trainer = try Trainer(
///         TrainingEngine(network, threads: 2),
///         settings: .init(method: .adam(), groups: [.init([.weights, .biases], learningRate: 1e-3)]))
///     for batch in TrainingBatch.epoch(0, of: images.set.count, size: 128, seed: 1) {
///         let outcome = try trainer.step(batch, of: images) { try SoftmaxCrossEntropy().add(to: $0) }
///     }
package final class Trainer {
    package struct Settings: Hashable, Codable, Sendable {
        package var method: OptimisationMethod
        package var groups: [ParameterGroup]
        package var schedule: Schedule
        /// Gradients are scaled down to this Euclidean norm; nil leaves them as they are.
        package var largestNorm: Double?
        /// Gradients of micro-batches are scaled down to this quantile of the norms that came before, over the last
        /// ``Trainer/normHistory`` of them (AutoClip, Seetharaman et al. 2020); nil leaves them as they are.
        package var clippingQuantile: Double?
        /// How much of a normalisation's running statistics each step replaces.
        package var statisticsShare: Double

        package init(
            method: OptimisationMethod, groups: [ParameterGroup], schedule: Schedule = .init(),
            largestNorm: Double? = nil, clippingQuantile: Double? = nil, statisticsShare: Double = 0.1
        ) {
            self.method = method
            self.groups = groups
            self.schedule = schedule
            self.largestNorm = largestNorm
            self.clippingQuantile = clippingQuantile
            self.statisticsShare = statisticsShare
        }
    }

    /// What to do about a value that is not finite. It is never trained on.
    package enum NonFinitePolicy: Sendable {
        /// The step throws ``TrainingError/nonFinite(_:)`` and changes nothing.
        case stop
        /// The step changes nothing but counters, and says so.
        case skip
    }

    package struct StepOutcome<Report: Sendable>: Sendable {
        /// By micro-batch, in order; empty where the step was skipped.
        package let reports: [Report]
        /// Of the gradient of all that is trained, before clipping; nil where the step was skipped.
        package let gradientNorm: Double?
        /// Why the step was skipped.
        package let skipped: NonFiniteValue?
    }

    /// Micro-batches whose norms are remembered.
    package static let normHistory = 512

    package let engine: TrainingEngine
    package let settings: Settings
    /// The flat vector of the network's parameters.
    package internal(set) var values: [Float]
    package internal(set) var optimiser: Optimiser
    /// Steps taken, skipped ones included; the schedule's place.
    package internal(set) var steps = 0
    package internal(set) var skippedSteps = 0
    /// Norms of the micro-batches' gradients, the newest last; empty where nothing is clipped by them.
    var recentNorms: [Double] = []
    private let trainedRanges: [Range<Int>]

    /// - Parameter values: Where to start; the network's own where nil.
    /// - Throws: ``TrainingError``
    package init(_ engine: TrainingEngine, settings: Settings, values: [Float]? = nil) throws(TrainingError) {
        let values = values ?? engine.network.initialValues
        try engine.network.check(values)
        if let norm = settings.largestNorm { try require("largest norm", norm, "above 0") { $0 > 0 } }
        if let quantile = settings.clippingQuantile {
            try require("clipping quantile", quantile, "in 0...1") { (0...1).contains($0) }
        }
        try require("statistics share", settings.statisticsShare, "in 0...1") { (0...1).contains($0) }
        optimiser = try Optimiser(settings.method, groups: settings.groups, for: engine.network)
        trainedRanges = optimiser.ranges
        try settings.schedule.validate()
        self.engine = engine
        self.settings = settings
        self.values = values
    }

    /// One step on one batch.
    ///
    /// - Parameters:
    ///   - blends: By site, the share of the polynomial; 1 everywhere where nil.
    ///   - parameterLoss: Adds the gradient of a loss of the parameters themselves, whatever the images are. It is given
    ///     the flat vector, and is not clipped with the micro-batches.
    ///   - loss: As for ``TrainingEngine/run(_:of:values:blends:step:largestNorm:loss:)``.
    package func step<Report: Sendable>(
        _ batch: TrainingBatch, of images: TrainingImages, blends: [Float]? = nil,
        onNonFinite policy: NonFinitePolicy = .stop,
        parameterLoss: ([Float], UnsafeMutableBufferPointer<Float>) -> Void = { _, _ in },
        loss: @Sendable (TrainingPass) throws -> Report
    ) throws -> StepOutcome<Report> {
        let reports: [Report]
        do {
            reports = try engine.run(
                batch, of: images, values: values, blends: blends, step: steps, largestNorm: clippingNorm, loss: loss)
        } catch TrainingError.nonFinite(let value) where policy == .skip {
            return skip(value)
        }
        engine.addToGradient { parameterLoss(values, $0) }
        let gradient = engine.gradient
        let norm = trainedRanges.reduce(0.0) { sum, range in
            sum + cdnnl_squared_norm(gradient.baseAddress.map { $0 + range.lowerBound }, range.count)
        }.squareRoot()
        guard norm.isFinite else {
            // Every micro-batch was finite; their sum is not.
            let value = NonFiniteValue(
                place: .gradient(parameter: "all parameters"), step: steps, images: 0..<batch.indices.count)
            guard policy == .skip else { throw TrainingError.nonFinite(value) }
            return skip(value)
        }
        // As PyTorch's clip_grad_norm_.
        let factor = settings.largestNorm.map { min($0 / (norm + 1e-6), 1) } ?? 1
        optimiser.update(
            &values, gradient: gradient, gradientFactor: factor, rateFactor: settings.schedule.factor(at: steps),
            threads: engine.threads)
        averageStatistics(gradient, microBatches: reports.count)
        if settings.clippingQuantile != nil {
            recentNorms = Array((recentNorms + engine.microBatchNorms).suffix(Self.normHistory))
        }
        steps += 1
        return StepOutcome(reports: reports, gradientNorm: norm, skipped: nil)
    }

    /// What the next micro-batches are clipped to; nothing before the first step.
    private var clippingNorm: Double? {
        guard let quantile = settings.clippingQuantile, !recentNorms.isEmpty else { return nil }
        let sorted = recentNorms.sorted()
        return sorted[Int(quantile * Double(sorted.count - 1))]
    }

    private func skip<Report: Sendable>(_ value: NonFiniteValue) -> StepOutcome<Report> {
        steps += 1
        skippedSteps += 1
        return StepOutcome(reports: [], gradientNorm: nil, skipped: value)
    }

    /// Moves running statistics towards the mean of those of the micro-batches.
    private func averageStatistics(_ sums: UnsafeBufferPointer<Float>, microBatches: Int) {
        let share = Float(settings.statisticsShare), count = Float(microBatches)
        for parameter in engine.network.parameters where parameter.isRunningStatistic {
            for index in parameter.range { values[index] += share * (sums[index] / count - values[index]) }
        }
    }
}
