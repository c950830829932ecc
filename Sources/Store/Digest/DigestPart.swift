/// One kind of result, as a query for its rows in an order that depends on nothing but the results: by names, keys,
/// checksums and positions. Numbers of rows, times, places and attempts are left out.
struct DigestPart: Sendable {
    /// What the query runs over: once, or once for each layer, models by identity and layers by position. Then its
    /// order is that of an index, and nothing has to be sorted however much there is.
    enum Scope: Sendable {
        case store
        case layer
    }

    let name: String
    let scope: Scope
    /// Within a layer, `:layer` is its number, and `:model` and `:position` are what it is called by.
    let rows: String

    /// Every part, in the order of their output.
    static let all = [
        DigestPart(
            name: "datasets", scope: .store,
            rows: """
                SELECT name, format, fingerprint, channels, height, width, classes, training_images, test_images
                FROM datasets ORDER BY name
                """),
        DigestPart(
            name: "models", scope: .store,
            rows: """
                SELECT
                    name, sha256, identity, preprocessing, dataset, input_channels, input_height, input_width, classes,
                    parameters, reference_correct, reference_images
                FROM models ORDER BY identity
                """),
        DigestPart(
            name: "trainings", scope: .store,
            rows: """
                SELECT identity, key, architecture, trainings.dataset, settings, report
                FROM trainings JOIN models ON models.id = trainings.model ORDER BY key
                """),
        DigestPart(
            name: "layers", scope: .layer,
            rows: """
                SELECT :model, :position, name, activation, channels, height, width FROM layers WHERE id = :layer
                """),
        DigestPart(
            name: "sweeps", scope: .store,
            rows: """
                SELECT identity, key, settings FROM sweeps JOIN models ON models.id = sweeps.model
                ORDER BY identity, key
                """),
        DigestPart(
            name: "shards", scope: .layer,
            rows: """
                SELECT :model, :position, dataset, split, first_image, images, statistics
                FROM shards WHERE layer = :layer ORDER BY dataset, split, first_image, images
                """),
        DigestPart(
            name: "approximations", scope: .layer,
            rows: """
                SELECT
                    :model, :position, \(approximationKey), settings, range_lower, range_upper, rmse, maximum_error,
                    inertia, levels, fallback_channels, polynomials
                FROM approximations WHERE layer = :layer ORDER BY \(approximationKey)
                """),
        DigestPart(
            name: "plans", scope: .store,
            rows: """
                SELECT identity, key, plans.name, method, settings, levels, weights
                FROM plans JOIN models ON models.id = plans.model ORDER BY identity, key
                """),
        DigestPart(
            name: "plan_layers", scope: .layer,
            rows: """
                SELECT :model, :position, key, \(approximationKey)
                FROM plan_layers JOIN plans ON plans.id = plan_layers.plan
                LEFT JOIN approximations ON approximations.id = plan_layers.approximation
                WHERE plan_layers.layer = :layer ORDER BY key
                """),
        DigestPart(
            name: "evaluations_of_originals", scope: .store,
            rows: """
                SELECT identity, \(evaluation) FROM evaluations JOIN models ON models.id = evaluations.model
                WHERE subject = 'original' ORDER BY identity, \(evaluationKey)
                """),
        DigestPart(
            name: "evaluations_of_approximations", scope: .layer,
            rows: """
                SELECT :model, :position, \(approximationKey), \(evaluation)
                FROM approximations CROSS JOIN evaluations ON evaluations.approximation = approximations.id
                WHERE approximations.layer = :layer
                ORDER BY \(approximationKey), \(evaluationKey)
                """),
        DigestPart(
            name: "sensitivities", scope: .layer,
            rows: """
                SELECT
                    :model, :position, \(approximationKey), sensitivities.dataset, sensitivities.images, seed, divergence
                FROM approximations CROSS JOIN sensitivities ON sensitivities.approximation = approximations.id
                WHERE approximations.layer = :layer
                ORDER BY \(approximationKey), sensitivities.dataset, sensitivities.images, seed
                """),
        DigestPart(
            name: "evaluations_of_plans", scope: .store,
            rows: """
                SELECT identity, key, \(evaluation)
                FROM plans JOIN models ON models.id = plans.model JOIN evaluations ON evaluations.plan = plans.id
                ORDER BY identity, key, \(evaluationKey)
                """),
        // Real encryption draws its own randomness, so its figures are never the same twice.
        DigestPart(
            name: "checks", scope: .store,
            rows: """
                SELECT
                    identity, plans.key, checks.key, mode, checks.dataset, split, images, checks.settings,
                    CASE mode WHEN 'encrypted' THEN NULL ELSE report END
                FROM checks JOIN plans ON plans.id = checks.plan JOIN models ON models.id = checks.model
                ORDER BY identity, plans.key, checks.key
                """),
    ]

    /// In the order of the index that keeps approximations unique.
    private static let approximationKey = [
        "degree", "fitter", "settings_hash", "granularity", "calibration_dataset", "calibration_images",
    ].map { "approximations." + $0 }.joined(separator: ", ")

    private static let evaluationKey = [
        "dataset", "split", "mode", "mode_settings", "first_image", "images",
    ].map { "evaluations." + $0 }.joined(separator: ", ")

    private static let evaluation = evaluationKey + ", correct, agreeing, escaped, outside_shares, predictions"
}
