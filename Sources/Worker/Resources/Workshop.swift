internal import Approx
internal import Foundation
internal import Network
internal import Scheduler
internal import Store

/// What the handlers of one process share: compiled networks, images in memory, merged statistics.
///
/// Everything in it can be made again from the store and the data sets; it only saves time. It is kept under what it was
/// made from, never under numbers of rows: those come again when a model is removed and another one added.
final class Workshop: Sendable {
    /// A model, ready to run.
    struct LoadedModel: Sendable {
        let record: ModelRecord
        let layers: [LayerRecord]
        let runner: NetworkRunner
    }

    private struct ImagesKey: Hashable, Sendable {
        let fingerprint: String
        let split: Split
    }

    private struct StatisticsKey: Hashable, Sendable {
        let model: String
        let layer: Int
        let calibration: Calibration
    }

    private struct RefittedKey: Hashable, Sendable {
        let model: String
        /// The plan's weights themselves: its key stays when it is made again.
        let weights: Data
    }

    let store: Store
    private let runners = SharedCache<String, NetworkRunner>(capacity: 2)
    private let refittedRunners = SharedCache<RefittedKey, NetworkRunner>(capacity: 2)
    private let images = SharedCache<ImagesKey, ImageSet>(capacity: 3)
    private let statistics = SharedCache<StatisticsKey, LayerStatistics>(capacity: 4)

    init(store: Store) {
        self.store = store
    }

    /// The model that a job is about.
    func model(of job: LeasedJob) throws -> LoadedModel {
        guard let id = job.model else { throw JobFailure("\(job.kind) job \(job.id) names no model") }
        let record = try store.model(id)
        let runner = try runners.value(for: record.identity) {
            let preprocessing = try CanonicalJSON.value(
                Preprocessing.self, from: record.preprocessing, of: "preprocessing of \(record.name)")
            let graph = try ONNXImporter.graph(from: try store.onnx(of: id))
            return try NetworkRunner(graph: graph, preprocessing: preprocessing)
        }
        return LoadedModel(record: record, layers: try store.layers(of: id), runner: runner)
    }

    /// The network that a plan's polynomials belong in: the model's own, or one with the plan's weights.
    private func runner(of plan: PlanRecord, of model: LoadedModel) throws -> NetworkRunner {
        guard let weights = try store.weights(of: plan.id) else { return model.runner }
        return try refittedRunners.value(for: RefittedKey(model: model.record.identity, weights: weights)) {
            try NetworkRunner(
                graph: try model.runner.graph.withWeights(decoding: weights), preprocessing: model.runner.preprocessing)
        }
    }

    /// A plan by its key, the network that its polynomials belong in, and these, layer by layer.
    func plan(
        _ key: String, of model: LoadedModel
    ) throws -> (record: PlanRecord, runner: NetworkRunner, approximations: [Approximation?]) {
        guard let plan = try store.plan(key: key, of: model.record.id) else {
            throw JobFailure("the plan \(key.prefix(12)) of model \(model.record.name) was not made")
        }
        let approximations = try plan.approximations.map { id in
            try id.map { try store.approximation($0).fit.approximation }
        }
        return (plan, try runner(of: plan, of: model), approximations)
    }

    /// The layer at `position` of a model; nil if the model has fewer. Fits need no more of a model than this.
    func layer(_ position: Int, of model: ModelID) throws -> LayerRecord? {
        try store.layers(of: model).first { $0.position == position }
    }

    /// The images of a split of the data set with this fingerprint.
    ///
    /// - Throws: ``DataError`` where the files are gone or are not what they were.
    func images(_ fingerprint: String, _ split: SplitName) throws -> ImageSet {
        let split = Split(split)
        return try images.value(for: ImagesKey(fingerprint: fingerprint, split: split)) {
            try open(fingerprint).images(of: split)
        }
    }

    /// The same images may be in the store under several names, and some of their folders may be gone.
    private func open(_ fingerprint: String) throws -> Dataset {
        var failure: any Error = StoreError.unknown(kind: "data set", name: fingerprint, known: [])
        for record in try store.datasets(fingerprint: fingerprint) {
            do {
                return try Dataset.open(record)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    /// What a layer saw on all calibration images: its shards, merged in the order of the images.
    func statistics(of layer: LayerRecord, _ calibration: Calibration) throws -> LayerStatistics {
        let model = try store.model(layer.model).identity
        let key = StatisticsKey(model: model, layer: layer.position, calibration: calibration)
        return try statistics.value(for: key) {
            let shards = try store.shards(
                of: layer.id, dataset: calibration.dataset, split: .calibration, ranges: calibration.ranges)
            guard let statistics = try LayerStatistics.merged(decoding: shards.map(\.statistics)) else {
                throw JobFailure("layer \(layer.name) has no shards")
            }
            return statistics
        }
    }

    /// The classes that the original network sees, from the job that evaluated it.
    func originalPredictions(_ model: ModelID, on images: ImageSelection) throws -> Predictions {
        guard
            let evaluation = try store.evaluation(of: .original, model: model, on: images.evaluationImages)
        else {
            throw JobFailure("the original network was not evaluated on the \(images.split.rawValue) images")
        }
        return try Predictions(decoding: store.predictions(of: evaluation.id))
    }
}

extension Split {
    init(_ name: SplitName) {
        switch name {
        case .calibration: self = .calibration
        case .validation: self = .validation
        case .test: self = .test
        }
    }
}
