internal import GRDB

extension ResultWriter {
    /// - Returns: The number of the evaluation, new or known.
    /// - Throws: ``StoreError/invalid(_:)`` if it contradicts the schema, and the file errors.
    @discardableResult
    package func insert(_ evaluation: NewEvaluation) throws(StoreError) -> EvaluationID {
        let outsideShares = try CanonicalJSON.text(of: evaluation.outsideShares)
        let subject = evaluation.subject.columns
        return try writing {
            // The columns of the approximation are copied by the statement itself; they are NULL without one.
            try database.run(
                """
                INSERT INTO evaluations (
                    subject, model, approximation, plan, layer, degree, fitter, levels, rmse, settings_hash,
                    dataset, split, mode, mode_settings, first_image, images, correct, agreeing, escaped,
                    outside_shares, predictions
                )
                SELECT
                    :subject, :model, :approximation, :plan, layer, degree, fitter, levels, rmse, settings_hash,
                    :dataset, :split, :mode, :mode_settings, :first_image, :images, :correct, :agreeing, :escaped,
                    :outside_shares, :predictions
                FROM (SELECT 1) LEFT JOIN approximations ON approximations.id = :approximation
                WHERE TRUE
                ON CONFLICT DO NOTHING
                """,
                [
                    "subject": subject.word, "model": evaluation.model.value,
                    "approximation": subject.approximation?.value, "plan": subject.plan?.value,
                    "dataset": evaluation.dataset, "split": evaluation.split.rawValue,
                    "mode": evaluation.mode.rawValue, "mode_settings": evaluation.modeSettings,
                    "first_image": evaluation.range.lowerBound, "images": evaluation.range.count,
                    "correct": evaluation.correct, "agreeing": evaluation.agreeing, "escaped": evaluation.escaped,
                    "outside_shares": outsideShares, "predictions": evaluation.predictions,
                ]
            )
            let isNew = database.changesCount == 1
            let id: EvaluationID? = try database.first(
                """
                SELECT id FROM evaluations
                WHERE model = ? AND subject = ? AND ifnull(approximation, 0) = ? AND ifnull(plan, 0) = ? AND split = ?
                AND mode = ? AND dataset = ? AND first_image = ? AND images = ? AND mode_settings = ?
                """,
                [
                    evaluation.model.value, subject.word, subject.approximation?.value ?? 0, subject.plan?.value ?? 0,
                    evaluation.split.rawValue, evaluation.mode.rawValue, evaluation.dataset,
                    evaluation.range.lowerBound, evaluation.range.count, evaluation.modeSettings,
                ]
            ) { try $0.id("id") }
            guard let id else { throw StoreError.invalid("an evaluation was not kept") }
            if isNew {
                try database.run(
                    "INSERT INTO evaluation_origins (evaluation, job) VALUES (?, ?)", [id.value, job.id.value])
            }
            return id
        }
    }

    /// Writes a plan. If one with its key is there and says something else, it is replaced and its evaluations go:
    /// that happens when a fit that failed before has succeeded since.
    ///
    /// - Returns: The number of the plan, new or known.
    /// - Throws: ``StoreError/invalid(_:)`` if it contradicts the schema, and the file errors.
    @discardableResult
    package func insert(_ plan: NewPlan) throws(StoreError) -> PlanID {
        try writing {
            let known: PlanID? = try database.first(
                "SELECT id FROM plans WHERE model = ? AND key = ?", [plan.model.value, plan.key]
            ) { try $0.id("id") }
            if let known {
                if try isSame(plan, as: known) { return known }
                try database.run("DELETE FROM plans WHERE id = ?", [known.value])
            }
            try database.run(
                """
                INSERT INTO plans (model, name, key, method, settings, levels, created_at, weights)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    plan.model.value, plan.name, plan.key, plan.method, plan.settings, plan.levels,
                    now.milliseconds, plan.weights,
                ]
            )
            let id = PlanID(database.lastInsertedRowID)
            for (layer, approximation) in plan.layers.sorted(by: { $0.key < $1.key }) {
                try database.run(
                    "INSERT INTO plan_layers (plan, layer, approximation) VALUES (?, ?, ?)",
                    [id.value, layer.value, approximation?.value]
                )
            }
            return id
        }
    }

    private func isSame(_ plan: NewPlan, as known: PlanID) throws -> Bool {
        let layers = try database.rows(
            "SELECT layer, approximation FROM plan_layers WHERE plan = ?", [known.value]
        ) { row in (try row.id("layer") as LayerID, try row.optionalID("approximation") as ApproximationID?) }
        guard Dictionary(uniqueKeysWithValues: layers) == plan.layers else { return false }
        return try database.first(
            """
            SELECT 1 FROM plans
            WHERE id = ? AND name = ? AND method = ? AND settings = ? AND levels = ? AND weights IS ?
            """,
            [known.value, plan.name, plan.method, plan.settings, plan.levels, plan.weights]
        ) { _ in true } ?? false
    }
}

extension EvaluationSubject {
    /// How the subject stands in the table of evaluations.
    var columns: (word: String, approximation: ApproximationID?, plan: PlanID?) {
        switch self {
        case .original: ("original", nil, nil)
        case .approximation(let id): ("approximation", id, nil)
        case .plan(let id): ("plan", nil, id)
        }
    }
}
