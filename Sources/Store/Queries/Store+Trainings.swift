internal import GRDB

extension Store {
    /// The training with this key; nil if it was not made yet, or its model was removed.
    package func training(key: String) throws(StoreError) -> TrainingRecord? {
        try reading { database in
            try database.first("SELECT id, model, report, created_at FROM trainings WHERE key = ?", [key]) { row in
                TrainingRecord(
                    id: try row.id("id"), model: try row.id("model"), report: try row.value("report"),
                    createdAt: try row.time("created_at"))
            }
        }
    }
}
