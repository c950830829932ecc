internal import GRDB

extension ResultWriter {
    /// - Throws: ``StoreError/invalid(_:)`` if the divergence is negative or not finite, and the file errors.
    package func insert(_ sensitivity: Sensitivity) throws(StoreError) {
        guard sensitivity.divergence.isFinite else {
            throw .invalid("a sensitivity of approximation \(sensitivity.approximation) is not finite")
        }
        try writing {
            try database.run(
                """
                INSERT INTO sensitivities (approximation, dataset, images, seed, divergence) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (approximation, dataset, images, seed) DO NOTHING
                """,
                [
                    sensitivity.approximation.value, sensitivity.dataset, sensitivity.images,
                    Int64(bitPattern: sensitivity.seed), sensitivity.divergence,
                ])
        }
    }
}
