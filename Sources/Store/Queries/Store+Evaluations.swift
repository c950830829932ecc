package import Foundation
internal import GRDB

extension Store {
    /// The evaluation of `subject` on these images; nil if there is none.
    package func evaluation(
        of subject: EvaluationSubject, model: ModelID, on images: EvaluationImages, mode: EvaluationMode = .clear,
        modeSettings: String = "{}"
    ) throws(StoreError) -> EvaluationRecord? {
        try reading { database in
            try database.first(
                Self.selectEvaluations + """
                     WHERE evaluations.model = ? AND evaluations.subject = ?
                    AND ifnull(evaluations.approximation, 0) = ? AND ifnull(evaluations.plan, 0) = ?
                    AND evaluations.split = ? AND evaluations.mode = ? AND evaluations.dataset = ?
                    AND evaluations.first_image = ? AND evaluations.images = ? AND evaluations.mode_settings = ?
                    """,
                [
                    model.value, subject.columns.word, subject.columns.approximation?.value ?? 0,
                    subject.columns.plan?.value ?? 0, images.split.rawValue, mode.rawValue, images.dataset,
                    images.range.lowerBound, images.range.count, modeSettings,
                ],
                Self.evaluation
            )
        }
    }

    /// Every evaluation of `subject`, in the order in which they were made.
    package func evaluations(
        of subject: EvaluationSubject, model: ModelID
    ) throws(StoreError) -> [EvaluationRecord] {
        try reading { database in
            try database.rows(
                Self.selectEvaluations + """
                     WHERE evaluations.model = ? AND evaluations.subject = ?
                    AND ifnull(evaluations.approximation, 0) = ? AND ifnull(evaluations.plan, 0) = ?
                    ORDER BY evaluations.id
                    """,
                [
                    model.value, subject.columns.word, subject.columns.approximation?.value ?? 0,
                    subject.columns.plan?.value ?? 0,
                ],
                Self.evaluation
            )
        }
    }

    /// The encoded class per image of an evaluation.
    ///
    /// - Throws: ``StoreError/unknown(kind:name:known:)`` if it was removed.
    package func predictions(of evaluation: EvaluationID) throws(StoreError) -> Data {
        try reading { database in
            let data = try database.first(
                "SELECT predictions FROM evaluations WHERE id = ?", [evaluation.value]
            ) { try $0.value("predictions") as Data }
            guard let data else {
                throw StoreError.unknown(kind: "evaluation", name: "number \(evaluation)", known: [])
            }
            return data
        }
    }

    static func evaluation(_ id: EvaluationID, in database: Database) throws -> EvaluationRecord? {
        try database.first(selectEvaluations + " WHERE evaluations.id = ?", [id.value], evaluation)
    }

    /// The original in clear on the same images stands beside each evaluation.
    static let joinOriginal = """
        LEFT JOIN evaluations AS original ON original.model = evaluations.model AND original.subject = 'original'
        AND ifnull(original.approximation, 0) = 0 AND ifnull(original.plan, 0) = 0
        AND original.split = evaluations.split AND original.mode = 'clear' AND original.dataset = evaluations.dataset
        AND original.first_image = evaluations.first_image AND original.images = evaluations.images
        AND original.mode_settings = '{}'
        """

    /// Both counts are of the same number of images.
    static let drop = "100.0 * (original.correct - evaluations.correct) / evaluations.images AS drop_points"

    private static let selectEvaluations = """
        SELECT
            evaluations.id, evaluations.subject, evaluations.model, evaluations.approximation, evaluations.plan,
            evaluations.dataset, evaluations.split, evaluations.mode, evaluations.mode_settings,
            evaluations.first_image, evaluations.images, evaluations.correct, evaluations.agreeing,
            evaluations.escaped, evaluations.outside_shares, \(drop),
            (
                SELECT seconds FROM evaluation_origins JOIN timings ON timings.job = evaluation_origins.job
                WHERE evaluation_origins.evaluation = evaluations.id AND timings.step = 'run'
                ORDER BY timings.token DESC LIMIT 1
            ) AS seconds
        FROM evaluations \(joinOriginal)
        """

    private static func evaluation(_ row: Row) throws -> EvaluationRecord {
        let first: Int = try row.value("first_image")
        return EvaluationRecord(
            id: try row.id("id"), subject: try subject(row), model: try row.id("model"),
            dataset: try row.value("dataset"), split: try row.word("split"),
            range: first..<first + (try row.value("images")), mode: try row.word("mode"),
            modeSettings: try row.value("mode_settings"), correct: try row.value("correct"),
            agreeing: try row.value("agreeing"), escaped: try row.value("escaped"),
            outsideShares: try CanonicalJSON.value(
                [Double?].self, from: try row.value("outside_shares"), of: "shares outside of an evaluation"),
            drop: try row.optional("drop_points"), seconds: try row.optional("seconds")
        )
    }

    private static func subject(_ row: Row) throws -> EvaluationSubject {
        if let approximation: ApproximationID = try row.optionalID("approximation") {
            return .approximation(approximation)
        }
        if let plan: PlanID = try row.optionalID("plan") {
            return .plan(plan)
        }
        return .original
    }
}
