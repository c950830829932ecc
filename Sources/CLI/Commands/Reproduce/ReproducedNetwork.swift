internal import Approx
internal import Network
internal import Scheduler
internal import Store

/// A trained network of the paper's, and what there is to make plans of it.
struct ReproducedNetwork: Sendable {
    let model: ModelRecord
    /// Fingerprint of its data set.
    let dataset: String
    /// Images that the data set has.
    let calibrationImages: Int
    let validationImages: Int
    let testImages: Int
    /// Its layers in terms of multiplicative levels.
    let graph: LevelGraph
    let effort: ReproductionEffort

    /// - Throws: ``StoreError/unknown(kind:name:known:)`` where its data set is not in the store.
    init(_ model: ModelRecord, effort: ReproductionEffort, in store: Store) throws {
        guard let name = model.dataset else {
            throw CommandFailure(.usage, "model \(model.name) names no data set; add it again with one")
        }
        let dataset = try store.dataset(named: name)
        self.model = model
        self.dataset = dataset.fingerprint
        calibrationImages = dataset.count(of: .calibration)
        validationImages = dataset.count(of: .validation)
        testImages = dataset.count(of: .test)
        graph = try ONNXImporter.graph(from: try store.onnx(of: model.id)).levelGraph
        self.effort = effort
    }

    /// All test images.
    var test: ImageSelection { ImageSelection(dataset: dataset, split: .test, images: testImages) }

    /// So many calibration images, or as many as there are.
    func calibration(_ images: Int) -> Calibration {
        Calibration(dataset: dataset, images: min(images, calibrationImages))
    }

    /// Multiplicative levels of a plan, linear ones included; nil where layers keep their activation.
    func levels(of plan: PlanRecord, in store: Store) throws -> Int? {
        let levels = try plan.approximations.compactMap(\.self).map { try store.approximation($0).fit.levels }
        return levels.count == graph.layerCount ? graph.levels(ofLayers: levels) : nil
    }
}
