internal import Checksum
internal import GRDB

extension ResultWriter {
    /// Writes a training with the model that came out of it, in place of what the same training wrote before; the job is
    /// from then on one of the model's.
    ///
    /// The model is never lost: where its name stands for another one by now, the start of its checksum is added, and
    /// where the same model is there already, it stays.
    ///
    /// - Returns: The number of the model.
    /// - Throws: ``StoreError/invalid(_:)`` if it contradicts the schema, and the file errors.
    @discardableResult
    package func insert(_ training: NewTraining, of model: NewModel) throws(StoreError) -> ModelID {
        try writing {
            let id = try place(model)
            try database.run("DELETE FROM trainings WHERE key = ?", [training.key])
            try database.run(
                """
                INSERT INTO trainings (model, key, architecture, dataset, settings, report, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    id.value, training.key, training.architecture, training.dataset, training.settings,
                    training.report, now.milliseconds,
                ])
            try database.run("UPDATE jobs SET model = ? WHERE id = ?", [id.value, job.id.value])
            return id
        }
    }

    private func place(_ model: NewModel) throws -> ModelID {
        let present = try database.first("SELECT id FROM models WHERE identity = ?", [model.identity]) {
            try $0.id("id") as ModelID
        }
        if let present { return present }
        var model = model
        if try database.first("SELECT 1 FROM models WHERE name = ?", [model.name], { _ in true }) == true {
            model.name += "-\(SHA256.hex(of: model.onnx).prefix(8))"
        }
        return try Store.insert(model, at: now, into: database)
    }
}
