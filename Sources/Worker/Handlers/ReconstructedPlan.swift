internal import Approx
internal import Foundation
internal import Network
internal import Scheduler
internal import Store

/// A finished reconstruction in the words of the store.
struct ReconstructedPlan: Sendable {
    let plan: NewPlan
    let approximations: [NewApproximation]

    /// The wish, and what became of every piece.
    private struct Settings: Encodable {
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
            steps = stage.steps
            rows = stage.rows
            reciprocalCondition = finite(stage.reciprocalCondition)
        }
    }

    /// - Throws: ``JobFailure`` if a layer has no polynomials; ``StoreError/unencodable(_:_:)``.
    init(_ guided: GuidedReconstruction, of model: Workshop.LoadedModel, by job: ReconstructJob) throws {
        let key = try job.planKey()
        let settings = try CanonicalJSON.text(of: job)
        approximations = try model.layers.map { layer in
            guard let approximation = guided.approximations[layer.position],
                let error = guided.rootMeanSquareErrors[layer.position]
            else { throw JobFailure("layer \(layer.name) was not reconstructed") }
            let degree = job.settings.degrees[layer.position]
            let domains = approximation.polynomials.map(\.domain)
            let range = domains.dropFirst().reduce(domains[0]) {
                min($0.lowerBound, $1.lowerBound)...max($0.upperBound, $1.upperBound)
            }
            return NewApproximation(
                model: model.record.id, layer: layer.id, degree: degree, fitter: NetworkMethod.guided.rawValue,
                settingsHash: key, settings: settings, calibrationDataset: job.calibration.dataset,
                calibrationImages: job.calibration.images, approximation: approximation, range: range,
                rootMeanSquareError: error,
                maximumError: approximation.polynomials.map { Self.largestError(of: $0, layer.activation) }.max() ?? 0,
                inertia: nil, levels: LevelCost.levels(of: degree), fallbackChannels: [])
        }
        plan = NewPlan(
            model: model.record.id, name: job.name, key: key, method: NetworkMethod.guided.rawValue,
            settings: try CanonicalJSON.text(
                of: Settings(wish: job, stages: guided.report.map(Stage.init), escaped: guided.escaped)),
            levels: approximations.reduce(0) { $0 + $1.levels }, layers: [:],
            weights: guided.refitted.encodedWeights())
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
