internal import GRDB

extension Store {
    /// The divergences, in nats, that approximations of a model alone are foretold to cause.
    ///
    /// - Parameters:
    ///   - dataset: Fingerprint of the data set.
    ///   - images: So many from the start of its calibration set.
    package func divergences(
        of model: ModelID, dataset: String, images: Int, seed: UInt64
    ) throws(StoreError) -> [ApproximationID: Double] {
        try reading { database in
            let rows = try database.rows(
                """
                SELECT approximation, divergence FROM approximations
                JOIN sensitivities ON sensitivities.approximation = approximations.id
                WHERE approximations.model = ? AND dataset = ? AND images = ? AND seed = ?
                """,
                [model.value, dataset, images, Int64(bitPattern: seed)]
            ) { row in (try row.id("approximation") as ApproximationID, try row.value("divergence") as Double) }
            return Dictionary(uniqueKeysWithValues: rows)
        }
    }
}
