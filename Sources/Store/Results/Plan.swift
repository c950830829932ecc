package import Foundation

/// A plan to be written: for every layer of a model an approximation, or none to keep the original activation.
package struct NewPlan: Hashable, Sendable {
    package var model: ModelID
    /// What people read, such as `least-squares degree 4`.
    package var name: String
    /// Hash of the wish that the plan fulfils.
    package var key: String
    /// How it was made: `uniform`, `best`, ...
    package var method: String
    /// JSON.
    package var settings: String
    /// Sum over the layers.
    package var levels: Int
    /// Every layer of the model.
    package var layers: [LayerID: ApproximationID?]
    /// Encoded linear layers where the method refits them; nil keeps the model's own.
    package var weights: Data?

    package init(
        model: ModelID, name: String, key: String, method: String, settings: String, levels: Int,
        layers: [LayerID: ApproximationID?], weights: Data? = nil
    ) {
        self.model = model
        self.name = name
        self.key = key
        self.method = method
        self.settings = settings
        self.levels = levels
        self.layers = layers
        self.weights = weights
    }
}

/// A plan as the store has it.
package struct PlanRecord: Hashable, Sendable {
    package let id: PlanID
    package let model: ModelID
    package let name: String
    package let key: String
    package let method: String
    package let settings: String
    package let levels: Int
    /// One element per layer in topological order; nil keeps the original activation.
    package let approximations: [ApproximationID?]
    /// Whether it has weights of its own, see ``Store/weights(of:)``.
    package let refitsWeights: Bool
    package let createdAt: Timestamp

    /// Layers whose activation is replaced.
    package var replacedLayers: Int { approximations.count { $0 != nil } }
}
