internal import Checksum
internal import GRDB

extension ResultWriter {
    /// Writes a training with the model that came out of it, in place of what the same training wrote before; the job is
    /// from then on one of the model's.
    ///
    /// A model of its own with other bits, as another processor or a budget in seconds makes it, is replaced, unless there
    /// are results about it. Where the model's name stands for another one by now, the start of its checksum is added, and
    /// where the same model is there already, it stays.
    ///
    /// - Returns: The number of the model.
    /// - Throws: ``StoreError/invalid(_:)`` if it contradicts the schema, or something was made from the model that it would
    ///   replace; and the file errors.
    @discardableResult
    package func insert(_ training: NewTraining, of model: NewModel) throws(StoreError) -> ModelID {
        try writing {
            let present = try database.first("SELECT id FROM models WHERE identity = ?", [model.identity]) {
                try $0.id("id") as ModelID
            }
            try removeOther(than: present, madeBy: training)
            let id = try present ?? add(model)
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

    /// Removes what the same training made before, if that is not `present`.
    private func removeOther(than present: ModelID?, madeBy training: NewTraining) throws {
        let known = try database.first(
            """
            SELECT models.id AS id, name FROM trainings JOIN models ON models.id = trainings.model
            WHERE trainings.key = ?
            """,
            [training.key]
        ) { (id: try $0.id("id") as ModelID, name: try $0.value("name") as String) }
        guard let known, known.id != present else { return }
        guard try !isUsed(known.id, besides: training) else {
            throw StoreError.invalid(
                "the training came to another network than the model \(known.name), which it made before and which has "
                    + "results or jobs, so the model stays; to have the new network in place of all that, first: centroid "
                    + "model remove \(known.name)")
        }
        // The job would go with the model.
        try database.run("UPDATE jobs SET model = NULL WHERE id = ?", [job.id.value])
        try database.run("DELETE FROM models WHERE id = ?", [known.id.value])
    }

    /// Whether anything is about a model but its training and the job of that. Shards are a job's, or the training's own.
    private func isUsed(_ model: ModelID, besides training: NewTraining) throws -> Bool {
        let tables = ["sweeps", "approximations", "plans", "evaluations", "checks"]
        let results = tables.map { "EXISTS (SELECT 1 FROM \($0) WHERE model = :model)" }.joined(separator: " OR ")
        return try database.first(
            """
            SELECT
                EXISTS (SELECT 1 FROM jobs WHERE model = :model AND id <> :job)
                OR EXISTS (SELECT 1 FROM trainings WHERE model = :model AND key <> :key)
                OR \(results) AS is_used
            """,
            ["model": model.value, "job": job.id.value, "key": training.key]
        ) { try $0.value("is_used") } ?? false
    }

    private func add(_ model: NewModel) throws -> ModelID {
        var model = model
        if try database.first("SELECT 1 FROM models WHERE name = ?", [model.name], { _ in true }) == true {
            model.name += "-\(SHA256.hex(of: model.onnx).prefix(8))"
        }
        return try Store.insert(model, at: now, into: database)
    }
}
