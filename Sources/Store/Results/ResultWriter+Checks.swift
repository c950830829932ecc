internal import GRDB

extension ResultWriter {
    /// Writes what a check found, in place of what the same check found before: an encrypted run has its own noise.
    ///
    /// - Throws: ``StoreError/invalid(_:)`` if it contradicts the schema, and the file errors.
    package func insert(_ check: NewCheck) throws(StoreError) {
        try writing {
            try database.run("DELETE FROM checks WHERE plan = ? AND key = ?", [check.plan.value, check.key])
            try database.run(
                """
                INSERT INTO checks (model, plan, key, mode, dataset, split, images, settings, report, run, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    check.model.value, check.plan.value, check.key, check.mode.rawValue, check.images.dataset,
                    check.images.split.rawValue, check.images.range.count, check.settings, check.report, check.run,
                    now.milliseconds,
                ]
            )
        }
    }
}
