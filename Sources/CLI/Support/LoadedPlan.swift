internal import Approx
internal import Foundation
internal import Network
internal import Store

/// A plan with all that it takes to run or write its network.
struct LoadedPlan {
    let model: ModelRecord
    let record: PlanRecord
    /// Plans of the model with the same name, this one included.
    let namesakes: Int
    private let isNamedByKey: Bool
    let layers: [LayerRecord]
    /// One entry per layer; nil where the original activation stays.
    let approximations: [ApproximationRecord?]
    /// The network, with the plan's weights where its method refits them.
    let graph: NetworkGraph
    /// How the model's file names and lays out input and output.
    let interface: ONNXInterface
    let preprocessing: Preprocessing
    let refitsWeights: Bool

    /// Notes on standard error that the newest of several plans was taken.
    func noteNamesakes() {
        guard namesakes > 1, !isNamedByKey else { return }
        StandardError.writeLine(
            "note: \(namesakes) plans of \(model.name) are named \(record.name); this is the newest, "
                + "\(record.key.prefix(12)). Name another by 8 or more digits of its key.")
    }

    /// What stands at each site of ``graph``.
    var replacements: [Approximation?] { approximations.map { $0?.fit.approximation } }

    /// - Parameters:
    ///   - name: The plan's name, of which the newest is taken, or at least 8 digits from the start of its key.
    ///   - model: The model's name.
    /// - Throws: `CommandFailure` for a model without plans; ``StoreError/unknown(kind:name:known:)`` with the names
    ///   there are; ``InferenceError/damagedWeights(reason:)``.
    init(_ name: String, of model: String, in store: Store) throws {
        self.model = try store.model(named: model)
        let plans = try store.plans(of: self.model.id)
        guard !plans.isEmpty else {
            throw CommandFailure(
                .usage, "model \(model) has no plans yet; make some with: centroid run \(model) --degrees 2...7")
        }
        let byKey = name.count >= 8 ? plans.filter { $0.key.hasPrefix(name.lowercased()) } : []
        isNamedByKey = byKey.count == 1
        record = try isNamedByKey ? byKey[0] : store.plan(named: name, of: self.model.id)
        namesakes = plans.count { [record] in $0.name == record.name }
        layers = try store.layers(of: self.model.id)
        approximations = try record.approximations.map { try $0.map { try store.approximation($0) } }
        let network = try ONNXImporter.network(from: try store.onnx(of: self.model.id))
        let weights = try store.weights(of: record.id)
        graph = try weights.map { try network.graph.withWeights(decoding: $0) } ?? network.graph
        interface = network.interface
        refitsWeights = weights != nil
        preprocessing = try CanonicalJSON.value(
            Preprocessing.self, from: self.model.preprocessing, of: "preprocessing of \(model)")
    }
}
