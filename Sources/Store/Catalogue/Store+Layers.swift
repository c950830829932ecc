internal import Approx
internal import GRDB

extension Store {
    /// The layers of a model, in topological order.
    package func layers(of model: ModelID) throws(StoreError) -> [LayerRecord] {
        try reading { database in
            try database.rows("SELECT * FROM layers WHERE model = ? ORDER BY position", [model.value], Self.layer)
        }
    }

    /// - Throws: ``StoreError/unknown(kind:name:known:)`` with the layers there are.
    package func layer(named name: String, of model: ModelID) throws(StoreError) -> LayerRecord {
        let layers = try layers(of: model)
        guard let layer = layers.first(where: { $0.name == name }) else {
            throw .unknown(kind: "layer", name: name, known: layers.map(\.name))
        }
        return layer
    }

    static func layer(_ row: Row) throws -> LayerRecord {
        let name: String = try row.value("name")
        return LayerRecord(
            id: try row.id("id"), model: try row.id("model"), position: try row.value("position"), name: name,
            activation: try CanonicalJSON.value(
                ActivationFunction.self, from: try row.value("activation"), of: "activation of layer \(name)"),
            channels: try row.value("channels"), height: try row.value("height"), width: try row.value("width")
        )
    }
}
