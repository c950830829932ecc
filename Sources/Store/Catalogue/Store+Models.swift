internal import Checksum
package import Foundation
internal import GRDB

extension Store {
    /// Adds a model with its file and layers. The same model under the same name again is not an error;
    /// it then takes the name of the data set that is given now.
    ///
    /// - Returns: The model, and whether it was new.
    /// - Throws: ``StoreError/nameTaken(kind:name:detail:)`` if the name stands for another model, or the same file
    ///   with the same preprocessing has another name.
    @discardableResult
    package func addModel(_ model: NewModel) throws(StoreError) -> (model: ModelRecord, isNew: Bool) {
        let now = clock.now
        let identity = model.identity
        return try writing { database in
            if let present = try Self.model(named: model.name, in: database) {
                guard present.identity == identity else {
                    throw StoreError.nameTaken(
                        kind: "model", name: model.name,
                        detail: "it stands for another file or preprocessing (\(present.sha256.prefix(12)))"
                    )
                }
                guard let dataset = model.dataset, dataset != present.dataset else { return (present, false) }
                try database.run("UPDATE models SET dataset = ? WHERE id = ?", [dataset, present.id.value])
                return (try Self.requiredModel(named: model.name, in: database), false)
            }
            let namesake = try database.first("SELECT name FROM models WHERE identity = ?", [identity]) {
                try $0.value("name") as String
            }
            if let namesake {
                throw StoreError.nameTaken(
                    kind: "model", name: namesake, detail: "the same file with the same preprocessing is there under it"
                )
            }
            try Self.insert(model, at: now, into: database)
            return (try Self.requiredModel(named: model.name, in: database), true)
        }
    }

    /// Every model, by name.
    package func models() throws(StoreError) -> [ModelRecord] {
        try reading { try $0.rows(Self.selectModels + " ORDER BY models.name", [], Self.model) }
    }

    /// - Throws: ``StoreError/unknown(kind:name:known:)`` with the names there are.
    package func model(named name: String) throws(StoreError) -> ModelRecord {
        try reading { try Self.requiredModel(named: name, in: $0) }
    }

    /// - Throws: ``StoreError/unknown(kind:name:known:)`` if it was removed.
    package func model(_ id: ModelID) throws(StoreError) -> ModelRecord {
        try reading { database in
            let model = try database.first(Self.selectModels + " WHERE models.id = ?", [id.value], Self.model)
            guard let model else { throw StoreError.unknown(kind: "model", name: "number \(id)", known: []) }
            return model
        }
    }

    /// The bytes of the model's ONNX file.
    ///
    /// - Throws: ``StoreError/unknown(kind:name:known:)`` if the model was removed; ``StoreError/undecodable(_:_:)`` if the
    ///   bytes are no longer those that were added.
    package func onnx(of model: ModelID) throws(StoreError) -> Data {
        try reading { database in
            let file = try database.first("SELECT name, onnx, sha256 FROM models WHERE id = ?", [model.value]) {
                (
                    name: try $0.value("name") as String, onnx: try $0.value("onnx") as Data,
                    sha256: try $0.value("sha256") as String
                )
            }
            guard let file else { throw StoreError.unknown(kind: "model", name: "number \(model)", known: []) }
            guard SHA256.hex(of: file.onnx) == file.sha256 else {
                throw StoreError.undecodable(
                    "file of model \(file.name)",
                    "its SHA-256 is not \(file.sha256.prefix(12))... any more, so restore a backup")
            }
            return file.onnx
        }
    }

    /// Removes a model with everything that was made from it: layers, jobs, shards, approximations, evaluations.
    ///
    /// - Throws: ``StoreError/unknown(kind:name:known:)``; ``StoreError/invalid(_:)`` while workers hold its jobs.
    package func removeModel(named name: String) throws(StoreError) {
        try writing { database in
            let model = try Self.requiredModel(named: name, in: database)
            let leased = try database.first(
                "SELECT count(*) AS jobs FROM jobs WHERE model = ? AND state = 'leased'", [model.id.value]
            ) { try $0.value("jobs") as Int }
            if let leased, leased > 0 {
                throw StoreError.invalid("workers hold \(leased) jobs of model \(name); cancel them first")
            }
            try database.run("DELETE FROM models WHERE id = ?", [model.id.value])
        }
    }

    static func requiredModel(named name: String, in database: Database) throws -> ModelRecord {
        guard let model = try model(named: name, in: database) else {
            let known = try database.rows("SELECT name FROM models ORDER BY name") { try $0.value("name") as String }
            throw StoreError.unknown(kind: "model", name: name, known: known)
        }
        return model
    }

    private static func model(named name: String, in database: Database) throws -> ModelRecord? {
        try database.first(selectModels + " WHERE models.name = ?", [name], model)
    }

    @discardableResult
    static func insert(_ model: NewModel, at now: Timestamp, into database: Database) throws -> ModelID {
        try database.run(
            """
            INSERT INTO models (
                name, sha256, identity, preprocessing, dataset, input_channels, input_height, input_width,
                classes, parameters, reference_correct, reference_images, created_at, onnx
            ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                model.name, SHA256.hex(of: model.onnx), model.identity, model.preprocessing, model.dataset,
                model.inputChannels, model.inputHeight, model.inputWidth, model.classes, model.parameters,
                model.reference?.correct, model.reference?.images, now.milliseconds, model.onnx,
            ]
        )
        let id = database.lastInsertedRowID
        for (position, layer) in model.layers.enumerated() {
            try database.run(
                """
                INSERT INTO layers (model, position, name, activation, channels, height, width)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    id, position, layer.name, try CanonicalJSON.text(of: layer.activation),
                    layer.channels, layer.height, layer.width,
                ]
            )
        }
        return ModelID(id)
    }

    private static let selectModels = """
        SELECT
            models.id, models.name, models.sha256, models.identity, models.preprocessing, models.dataset,
            models.input_channels, models.input_height, models.input_width, models.classes, models.parameters,
            models.reference_correct, models.reference_images, models.created_at
        FROM models
        """

    private static func model(_ row: Row) throws -> ModelRecord {
        let correct: Int? = try row.optional("reference_correct")
        let images: Int? = try row.optional("reference_images")
        var reference: ReferenceCount?
        if let correct, let images {
            reference = ReferenceCount(correct: correct, images: images)
        }
        return ModelRecord(
            id: try row.id("id"), name: try row.value("name"), sha256: try row.value("sha256"),
            identity: try row.value("identity"), preprocessing: try row.value("preprocessing"),
            dataset: try row.optional("dataset"), inputChannels: try row.value("input_channels"),
            inputHeight: try row.value("input_height"), inputWidth: try row.value("input_width"),
            classes: try row.value("classes"), parameters: try row.value("parameters"), reference: reference,
            createdAt: try row.time("created_at")
        )
    }
}

extension NewModel {
    /// SHA-256 over the file's digest and the preprocessing.
    var identity: String {
        SHA256.hex(of: Data("\(SHA256.hex(of: onnx))\n\(preprocessing)".utf8))
    }
}
