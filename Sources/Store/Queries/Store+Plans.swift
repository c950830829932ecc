package import Foundation
internal import GRDB

extension Store {
    /// The plans of a model, oldest first.
    package func plans(of model: ModelID) throws(StoreError) -> [PlanRecord] {
        try reading { database in
            try database.rows(
                "SELECT \(Self.planColumns) FROM plans WHERE model = ? ORDER BY id", [model.value]
            ) { try Self.plan($0, in: database) }
        }
    }

    /// The plan with this key; nil if it was not made yet.
    package func plan(key: String, of model: ModelID) throws(StoreError) -> PlanRecord? {
        try reading { database in
            try database.first(
                "SELECT \(Self.planColumns) FROM plans WHERE model = ? AND key = ?", [model.value, key]
            ) { try Self.plan($0, in: database) }
        }
    }

    /// The newest plan with this name.
    ///
    /// - Throws: ``StoreError/unknown(kind:name:known:)`` with the names there are.
    package func plan(named name: String, of model: ModelID) throws(StoreError) -> PlanRecord {
        let plans = try plans(of: model)
        guard let plan = plans.last(where: { $0.name == name }) else {
            throw .unknown(kind: "plan", name: name, known: Set(plans.map(\.name)).sorted())
        }
        return plan
    }

    /// The encoded linear layers of a plan whose method refits them; nil where the model's own stay.
    package func weights(of plan: PlanID) throws(StoreError) -> Data? {
        try reading { database in
            try database.first("SELECT weights FROM plans WHERE id = ?", [plan.value]) {
                try $0.optional("weights") as Data?
            } ?? nil
        }
    }

    /// How long a job took, with everything that it was made from: the last runs of it and of all the jobs that it
    /// depends on, directly or through others. Jobs on several cores count once; captures that many jobs share count for
    /// each of them.
    ///
    /// - Parameter key: Of the job.
    /// - Returns: Nil if there is no such job, or one of these jobs has not been timed.
    package func secondsBehind(job key: String) throws(StoreError) -> Double? {
        try reading { database in
            try database.first(
                """
                WITH RECURSIVE behind (id) AS (
                    SELECT id FROM jobs WHERE key = ?
                    UNION
                    SELECT depends_on FROM behind JOIN job_dependencies ON job = behind.id
                )
                SELECT sum(seconds) AS seconds, min(seconds IS NOT NULL OR state <> 'done') AS complete FROM (
                    SELECT state, (
                        SELECT seconds FROM timings WHERE timings.job = behind.id AND step = 'run'
                        ORDER BY token DESC LIMIT 1
                    ) AS seconds
                    FROM behind JOIN jobs ON jobs.id = behind.id
                )
                """,
                [key]
            ) { row in
                (try row.optional("complete") as Bool?) == true ? try row.optional("seconds") as Double? : nil
            } ?? nil
        }
    }

    private static let planColumns = """
        id, model, name, key, method, settings, levels, created_at, weights IS NOT NULL AS refits_weights
        """

    private static func plan(_ row: Row, in database: Database) throws -> PlanRecord {
        let id: PlanID = try row.id("id")
        return PlanRecord(
            id: id, model: try row.id("model"), name: try row.value("name"), key: try row.value("key"),
            method: try row.value("method"), settings: try row.value("settings"), levels: try row.value("levels"),
            approximations: try database.rows(
                """
                SELECT approximation FROM plan_layers JOIN layers ON layers.id = plan_layers.layer
                WHERE plan = ? ORDER BY position
                """,
                [id.value]
            ) { try $0.optionalID("approximation") },
            refitsWeights: try row.value("refits_weights"),
            createdAt: try row.time("created_at")
        )
    }
}
