internal import Approx
internal import Foundation
internal import GRDB

extension Store {
    /// - Throws: ``StoreError/unknown(kind:name:known:)`` if it was removed.
    package func approximation(_ id: ApproximationID) throws(StoreError) -> ApproximationRecord {
        try reading { try Self.approximation(id, in: $0) }
    }

    /// Approximations by layer, fitter and degree, each with its evaluation on `images`.
    ///
    /// - Parameter images: In clear; nil leaves the evaluations out.
    package func approximations(
        _ filter: ApproximationFilter, evaluatedOn images: EvaluationImages? = nil
    ) throws(StoreError) -> [EvaluatedApproximation] {
        let layers = Dictionary(uniqueKeysWithValues: try layers(of: filter.model).map { ($0.id, $0) })
        return try reading { database in
            let (sql, arguments) = try filter.condition()
            let rows = try database.rows(
                """
                SELECT approximations.*, (
                    SELECT evaluations.id FROM evaluations
                    WHERE evaluations.approximation = approximations.id AND mode = 'clear' AND dataset = :dataset
                    AND split = :split AND first_image = :first_image AND images = :images AND mode_settings = '{}'
                ) AS evaluation
                FROM approximations JOIN layers ON layers.id = approximations.layer
                WHERE \(sql)
                ORDER BY layers.position, fitter, degree, granularity, settings_hash, calibration_images
                """,
                arguments.merging([
                    "dataset": images?.dataset, "split": images?.split.rawValue,
                    "first_image": images?.range.lowerBound, "images": images?.range.count,
                ])
            ) { row in
                (record: try Self.approximation(row), evaluation: try row.optionalID("evaluation") as EvaluationID?)
            }
            return try rows.compactMap { row in
                guard let layer = layers[row.record.fit.layer] else { return nil }
                let evaluation = try row.evaluation.flatMap { try Self.evaluation($0, in: database) }
                return EvaluatedApproximation(layer: layer, record: row.record, evaluation: evaluation)
            }
        }
    }

    static func approximation(_ id: ApproximationID, in database: Database) throws -> ApproximationRecord {
        let record = try database.first("SELECT * FROM approximations WHERE id = ?", [id.value], approximation)
        guard let record else {
            throw StoreError.unknown(kind: "approximation", name: "number \(id)", known: [])
        }
        return record
    }

    static func approximation(_ row: Row) throws -> ApproximationRecord {
        let id: ApproximationID = try row.id("id")
        let lower: Double = try row.value("range_lower")
        let upper: Double = try row.value("range_upper")
        guard let degree = try? Degree(try row.value("degree")), lower <= upper else {
            throw StoreError.undecodable("approximation \(id)", "its degree or range is impossible")
        }
        return ApproximationRecord(
            id: id,
            fit: NewApproximation(
                model: try row.id("model"), layer: try row.id("layer"), degree: degree,
                fitter: try row.value("fitter"), settingsHash: try row.value("settings_hash"),
                settings: try row.value("settings"), calibrationDataset: try row.value("calibration_dataset"),
                calibrationImages: try row.value("calibration_images"),
                approximation: try ApproximationCoding.decode(
                    try row.value("polynomials"), granularity: try row.word("granularity")),
                range: lower...upper, rootMeanSquareError: try row.value("rmse"),
                maximumError: try row.value("maximum_error"), inertia: try row.optional("inertia"),
                levels: try row.value("levels"),
                fallbackChannels: try CanonicalJSON.value(
                    [Int].self, from: try row.value("fallback_channels"), of: "approximation \(id)")
            )
        )
    }
}
