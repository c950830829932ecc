internal import GRDB

extension Store {
    /// The check of a plan with this key; nil if it was not made yet.
    package func check(key: String, of plan: PlanID) throws(StoreError) -> CheckRecord? {
        try reading { database in
            try database.first("SELECT * FROM checks WHERE plan = ? AND key = ?", [plan.value, key], Self.check)
        }
    }

    /// The checks of a model's plans, oldest first.
    package func checks(of model: ModelID) throws(StoreError) -> [CheckRecord] {
        try reading { database in
            try database.rows("SELECT * FROM checks WHERE model = ? ORDER BY id", [model.value], Self.check)
        }
    }

    private static func check(_ row: Row) throws -> CheckRecord {
        CheckRecord(
            id: try row.id("id"), model: try row.id("model"), plan: try row.id("plan"), key: try row.value("key"),
            mode: try row.word("mode"),
            images: EvaluationImages(
                dataset: try row.value("dataset"), split: try row.word("split"), range: 0..<(try row.value("images"))),
            settings: try row.value("settings"), report: try row.value("report"), run: try row.value("run"),
            createdAt: try row.time("created_at"))
    }
}
