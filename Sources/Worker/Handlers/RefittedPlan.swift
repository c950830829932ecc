internal import Approx
internal import Foundation
internal import Network
internal import Scheduler
internal import Store

/// A finished network with weights of its own, in the words of the store.
struct RefittedPlan: Sendable {
    /// What replaces the activation of one layer.
    struct Layer {
        let approximation: Approximation
        let degree: Degree
        /// Of the layer's inputs.
        let range: ClosedRange<Double>
        let rootMeanSquareError: Double
        let maximumError: Double
    }

    let plan: NewPlan
    let approximations: [NewApproximation]

    /// - Parameters:
    ///   - layers: In the order of the model's.
    ///   - job: What made it; its hash is the key of the plan, and stands for the settings of its approximations, since
    ///     these belong to no other.
    ///   - calibration: The images that it was made from.
    ///   - report: JSON: the wish, and how the work went.
    init(
        _ graph: NetworkGraph, layers: [Layer], of model: Workshop.LoadedModel, by job: some PlanJob,
        method: NetworkMethod, calibration: Calibration, report: String
    ) throws(StoreError) {
        let key = try job.planKey()
        let settings = try CanonicalJSON.text(of: job)
        approximations = zip(model.layers, layers).map { record, layer in
            NewApproximation(
                model: model.record.id, layer: record.id, degree: layer.degree, fitter: method.rawValue,
                settingsHash: key, settings: settings, calibrationDataset: calibration.dataset,
                calibrationImages: calibration.images, approximation: layer.approximation, range: layer.range,
                rootMeanSquareError: layer.rootMeanSquareError, maximumError: layer.maximumError, inertia: nil,
                levels: LevelCost.levels(of: layer.degree), fallbackChannels: [])
        }
        plan = NewPlan(
            model: model.record.id, name: job.name, key: key, method: method.rawValue, settings: report,
            levels: approximations.reduce(0) { $0 + $1.levels }, layers: [:], weights: graph.encodedWeights())
    }
}

// MARK: - Guided

extension RefittedPlan {
    /// The wish, and what became of every piece.
    private struct Reconstruction: Encodable {
        var wish: ReconstructJob
        var stages: [Stage]
        /// By layer: calibration images that escaped there.
        var escaped: [Int]
    }

    /// JSON has no word for what is not finite.
    private struct Stage: Encodable {
        let node: String
        let layer: Int?
        let linearError: Double?
        let initialError: Double?
        let error: Double?
        let initialDivergence: Double?
        let divergence: Double?
        let steps: Int
        let rows: Int
        let reciprocalCondition: Double?

        init(_ stage: GuidedReconstruction.Stage) {
            func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
            node = stage.node
            layer = stage.site
            linearError = finite(stage.linearError)
            initialError = finite(stage.initialError)
            error = finite(stage.error)
            initialDivergence = finite(stage.initialDivergence)
            divergence = finite(stage.divergence)
            steps = stage.steps
            rows = stage.rows
            reciprocalCondition = finite(stage.reciprocalCondition)
        }
    }

    /// - Throws: ``JobFailure`` if a layer has no polynomials; ``StoreError/unencodable(_:_:)``.
    init(_ guided: GuidedReconstruction, of model: Workshop.LoadedModel, by job: ReconstructJob) throws {
        let layers = try model.layers.map { layer in
            guard let approximation = guided.approximations[layer.position],
                let error = guided.rootMeanSquareErrors[layer.position]
            else { throw JobFailure("layer \(layer.name) was not reconstructed") }
            let domains = approximation.polynomials.map(\.domain)
            return Layer(
                approximation: approximation, degree: job.settings.degrees[layer.position],
                range: domains.dropFirst().reduce(domains[0]) { $0.joined(with: $1) },
                rootMeanSquareError: error,
                maximumError: approximation.polynomials.map { Self.largestError(of: $0, layer.activation) }.max() ?? 0)
        }
        let report = Reconstruction(wish: job, stages: guided.report.map(Stage.init), escaped: guided.escaped)
        try self.init(
            guided.refitted, layers: layers, of: model, by: job, method: .guided, calibration: job.calibration,
            report: try CanonicalJSON.text(of: report))
    }

    /// Between a polynomial and the activation over the polynomial's domain, on a grid of 256 steps.
    private static func largestError(of polynomial: Polynomial, _ activation: ActivationFunction) -> Double {
        let (lower, upper) = (polynomial.domain.lowerBound, polynomial.domain.upperBound)
        return (0...256).reduce(0.0) { largest, step in
            let x = lower + (upper - lower) * Double(step) / 256
            return max(largest, abs(polynomial(x) - activation(x)))
        }
    }
}

// MARK: - Distilled

extension RefittedPlan {
    /// The wish, and how the training went.
    private struct Training: Encodable {
        var wish: DistilJob
        var augmentation: Augmentation
        var steps: Int
        var skippedSteps: Int
        /// Means over the last steps.
        var divergence: Double
        var penalty: Double
        var anchors: Double
        /// Of the images that ranges are taken from: how many left the ranges of the polynomials.
        var leftRange: Int
        /// How often start and end decide as the original network; the start is the plan where the end does so less often.
        var comparison: StartComparison
    }

    /// - Throws: ``StoreError/unencodable(_:_:)``.
    init(
        _ network: Distillation.Outcome, degrees: [Degree], of model: Workshop.LoadedModel, by job: DistilJob
    ) throws {
        let layers = model.layers.map { layer in
            Layer(
                network.approximations[layer.position], degree: degrees[layer.position], of: layer,
                reading: network.statistics[layer.position])
        }
        let report = Training(
            wish: job, augmentation: network.augmentation, steps: network.steps, skippedSteps: network.skippedSteps,
            divergence: network.loss.divergence, penalty: network.loss.penalty, anchors: network.loss.anchors,
            leftRange: network.leftRange, comparison: network.comparison)
        try self.init(
            network.graph, layers: layers, of: model, by: job, method: .distilled, calibration: job.images,
            report: try CanonicalJSON.text(of: report))
    }
}

// MARK: - Retrained

extension RefittedPlan {
    /// The wish, and how the training went.
    private struct Retrained: Encodable {
        var wish: RetrainJob
        var steps: Int
        /// Behind each pass over the images.
        var curve: [RetrainingEpoch]
        /// Of the images that ranges are taken from: how many escaped.
        var leftRange: Int
    }

    /// - Throws: ``ApproxError``, ``StoreError/unencodable(_:_:)``.
    init(_ network: Retraining.Outcome, of model: Workshop.LoadedModel, by job: RetrainJob) throws {
        let layers = try model.layers.map { layer in
            let approximation = network.approximations[layer.position]
            return Layer(
                approximation, degree: try Degree(approximation.degree), of: layer,
                reading: network.statistics[layer.position])
        }
        let report = Retrained(wish: job, steps: network.steps, curve: network.curve, leftRange: network.leftRange)
        try self.init(
            network.graph, layers: layers, of: model, by: job, method: job.method, calibration: job.images,
            report: try CanonicalJSON.text(of: report))
    }
}

extension RefittedPlan.Layer {
    /// What became of a layer by training; errors are those against its function, at what it reads now.
    fileprivate init(
        _ approximation: Approximation, degree: Degree, of layer: LayerRecord, reading statistics: LayerStatistics
    ) {
        let errors = statistics.channels.enumerated().map { channel, statistics in
            ErrorMeasures(
                of: approximation.polynomials[approximation.granularity == .layer ? 0 : channel],
                against: layer.activation, on: statistics)
        }
        let pooled = statistics.pooled
        let values = Double(max(pooled.count, 1))
        self.init(
            approximation: approximation, degree: degree, range: pooled.range ?? 0...0,
            rootMeanSquareError: (zip(errors, statistics.channels).reduce(0.0) {
                $0 + $1.0.rootMeanSquare * $1.0.rootMeanSquare * Double($1.1.count)
            } / values).squareRoot(),
            maximumError: errors.map(\.maximum).max() ?? 0)
    }
}
