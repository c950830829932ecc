internal import GRDB

extension Store {
    /// The training with this key; nil if it was not made yet, or its model was removed.
    package func training(key: String) throws(StoreError) -> TrainingRecord? {
        try reading { database in
            try database.first("SELECT * FROM trainings WHERE key = ?", [key]) { row in
                TrainingRecord(
                    id: try row.id("id"), model: try row.id("model"), key: try row.value("key"),
                    architecture: try row.value("architecture"), dataset: try row.value("dataset"),
                    settings: try row.value("settings"), report: try row.value("report"),
                    createdAt: try row.time("created_at"))
            }
        }
    }
}
