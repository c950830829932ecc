internal import Approx
internal import GRDB

/// What makes an approximation the best of its layer.
package enum BestCriterion: String, CaseIterable, Sendable {
    /// The lowest loss of accuracy on the validation set when it alone replaces its layer.
    case drop
    /// The lowest error on the calibration images.
    case rmse
    /// The fewest levels, and among those the lowest drop.
    case levels
}

extension Store {
    /// The best approximation of each layer, in topological order; layers without one are left out.
    ///
    /// Drops are compared on the largest number of images that any candidate of the layer was evaluated on: a lucky
    /// result on fewer images does not win. A layer where nothing was evaluated is ranked by error. What a method made
    /// for a network with other weights is no candidate: it means nothing in the original one.
    ///
    /// - Parameters:
    ///   - model: Whose layers.
    ///   - layer: Only this one.
    ///   - degree: Only approximations of this degree.
    ///   - fitter: Only approximations by this fitter.
    /// - Complexity: One index step per layer, degree and fitter, however many approximations there are.
    package func best(
        of model: ModelID, layer: LayerID? = nil, degree: Int? = nil, fitter: String? = nil,
        by criterion: BestCriterion = .drop
    ) throws(StoreError) -> [EvaluatedApproximation] {
        let layers = try layers(of: model).filter { layer == nil || $0.id == layer }
        return try reading { database in
            try layers.compactMap { layer in
                var candidates: [Candidate] = []
                if criterion != .rmse {
                    candidates = try Self.evaluatedCandidates(
                        layer: layer.id, degree: degree, fitter: fitter, in: database)
                }
                if candidates.isEmpty {
                    candidates = try Self.fittedCandidates(
                        layer: layer.id, degree: degree, fitter: fitter, in: database)
                }
                let best = candidates.min {
                    criterion == .levels && $0.levels != $1.levels ? $0.levels < $1.levels : $0.rank < $1.rank
                }
                guard let best else { return nil }
                let evaluation = try best.evaluation ?? Self.largestEvaluation(of: best.approximation, in: database)
                return EvaluatedApproximation(
                    layer: layer, record: try Self.approximation(best.approximation, in: database),
                    evaluation: try evaluation.flatMap { try Self.evaluation($0, in: database) }
                )
            }
        }
    }

    private struct Candidate {
        let approximation: ApproximationID
        let evaluation: EvaluationID?
        let images: Int
        let levels: Int
        let rank: (Double, Double, Int, String, String)

        init(_ row: Row) throws {
            approximation = try row.id("approximation")
            evaluation = try row.optionalID("evaluation")
            images = try row.value("images")
            levels = try row.value("levels")
            rank = (
                try row.optional("drop_points") ?? .infinity, try row.value("rmse"), try row.value("degree"),
                try row.value("fitter"), try row.value("settings_hash")
            )
        }
    }

    private static func evaluatedCandidates(
        layer: LayerID, degree: Int?, fitter: String?, in database: Database
    ) throws -> [Candidate] {
        let candidates = try database.rows(
            selectEvaluatedCandidates, ["layer": layer.value, "degree": degree, "fitter": fitter], Candidate.init)
        let most = candidates.map(\.images).max()
        return candidates.filter { $0.images == most }
    }

    private static func fittedCandidates(
        layer: LayerID, degree: Int?, fitter: String?, in database: Database
    ) throws -> [Candidate] {
        try database.rows(
            selectFittedCandidates, ["layer": layer.value, "degree": degree, "fitter": fitter], Candidate.init)
    }

    private static func largestEvaluation(
        of approximation: ApproximationID, in database: Database
    ) throws -> EvaluationID? {
        try database.first(
            """
            SELECT id FROM evaluations
            WHERE approximation = ? AND split = 'validation' AND mode = 'clear' ORDER BY images DESC, id LIMIT 1
            """,
            [approximation.value]
        ) { try $0.id("id") }
    }

    /// The statement behind ``best(of:layer:degree:fitter:by:)`` where there are evaluations.
    package static let selectEvaluatedCandidates = """
        \(LooseScan(
            table: "evaluations",
            condition: "subject = 'approximation' AND split = 'validation' AND mode = 'clear' AND layer = :layer",
            group: ["degree", "fitter", "levels", "dataset", "first_image", "images"],
            order: ["correct DESC", "rmse", "settings_hash"]
        ).leaders)
        SELECT
            evaluations.approximation, evaluations.id AS evaluation, evaluations.images, evaluations.levels,
            evaluations.degree, evaluations.fitter, evaluations.rmse, evaluations.settings_hash, \(drop)
        FROM leaders JOIN evaluations ON evaluations.id = leaders.id
        \(joinOriginal)
        WHERE (:degree IS NULL OR evaluations.degree = :degree) AND (:fitter IS NULL OR evaluations.fitter = :fitter)
        AND evaluations.fitter NOT IN (\(networkMethods))
        """

    /// The statement behind ``best(of:layer:degree:fitter:by:)`` where there are none, or by error.
    package static let selectFittedCandidates = """
        \(LooseScan(
            table: "approximations", condition: "layer = :layer", group: ["degree", "fitter", "levels"],
            order: ["rmse", "settings_hash"]
        ).leaders)
        SELECT
            approximations.id AS approximation, NULL AS evaluation, 0 AS images, levels, degree, fitter, rmse,
            settings_hash, NULL AS drop_points
        FROM leaders JOIN approximations ON approximations.id = leaders.id
        WHERE (:degree IS NULL OR degree = :degree) AND (:fitter IS NULL OR fitter = :fitter)
        AND fitter NOT IN (\(networkMethods))
        """

    /// What stands as the fitter of approximations that belong to a network with other weights.
    private static let networkMethods = NetworkMethod.allCases.map { "'\($0.rawValue)'" }.joined(separator: ", ")
}
