internal import Approx
package import Foundation
internal import GRDB

/// Writes a job's results inside the transaction that ends the job. Use it only inside the closure that received it.
///
/// Results are known by what made them: one that is there already stays as it is, so that a job which runs a second
/// time, or shares work with another, changes nothing.
package struct ResultWriter {
    let database: Database
    let job: LeasedJob
    let now: Timestamp
    let path: String

    /// - Throws: ``StoreError/invalid(_:)`` if it contradicts the schema, and the file errors.
    package func insert(_ shard: Shard) throws(StoreError) {
        try writing {
            try database.run(
                """
                INSERT INTO shards (layer, dataset, split, first_image, images, statistics) VALUES (?, ?, ?, ?, ?, ?)
                ON CONFLICT (layer, dataset, split, first_image, images) DO NOTHING
                """,
                [
                    shard.layer.value, shard.dataset, shard.split.rawValue, shard.range.lowerBound,
                    shard.range.count, shard.statistics,
                ]
            )
        }
    }

    /// Writes one shard for each layer of a model.
    ///
    /// - Parameter statistics: Encoded, in the order of the layers.
    /// - Throws: ``StoreError/invalid(_:)`` if there are more or fewer layers, and the file errors.
    package func insert(
        _ statistics: [Data], ofLayersOf model: ModelID, dataset: String, split: SplitName, range: Range<Int>
    ) throws(StoreError) {
        let layers = try writing {
            try database.rows("SELECT id FROM layers WHERE model = ? ORDER BY position", [model.value]) {
                try $0.id("id") as LayerID
            }
        }
        guard layers.count == statistics.count else {
            throw .invalid("\(statistics.count) shards were given for the \(layers.count) layers of a model")
        }
        for (layer, statistics) in zip(layers, statistics) {
            try insert(Shard(layer: layer, dataset: dataset, split: split, range: range, statistics: statistics))
        }
    }

    /// - Returns: The number of the approximation, new or known.
    /// - Throws: ``StoreError/invalid(_:)`` if a figure is not finite, and the file errors.
    @discardableResult
    package func insert(_ fit: NewApproximation) throws(StoreError) -> ApproximationID {
        let figures = [fit.range.lowerBound, fit.range.upperBound, fit.rootMeanSquareError, fit.maximumError]
        guard figures.allSatisfy(\.isFinite), fit.inertia?.isFinite ?? true else {
            throw .invalid("an approximation of degree \(fit.degree) has a range or an error that is not finite")
        }
        let polynomials = try ApproximationCoding.encode(fit.approximation)
        let fallbackChannels = try CanonicalJSON.text(of: fit.fallbackChannels)
        return try writing {
            try database.run(
                """
                INSERT INTO approximations (
                    model, layer, degree, fitter, granularity, settings_hash, settings, calibration_dataset,
                    calibration_images, range_lower, range_upper, rmse, maximum_error, inertia, levels,
                    fallback_channels, polynomials
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (layer, degree, fitter, settings_hash, granularity, calibration_dataset, calibration_images)
                DO NOTHING
                """,
                [
                    fit.model.value, fit.layer.value, fit.degree.value, fit.fitter,
                    fit.approximation.granularity.rawValue, fit.settingsHash, fit.settings, fit.calibrationDataset,
                    fit.calibrationImages, fit.range.lowerBound, fit.range.upperBound, fit.rootMeanSquareError,
                    fit.maximumError, fit.inertia, fit.levels, fallbackChannels, polynomials,
                ]
            )
            let id: ApproximationID? = try database.first(
                """
                SELECT id FROM approximations
                WHERE layer = ? AND degree = ? AND fitter = ? AND settings_hash = ? AND granularity = ?
                AND calibration_dataset = ? AND calibration_images = ?
                """,
                [
                    fit.layer.value, fit.degree.value, fit.fitter, fit.settingsHash,
                    fit.approximation.granularity.rawValue, fit.calibrationDataset, fit.calibrationImages,
                ]
            ) { try $0.id("id") }
            guard let id else { throw StoreError.invalid("an approximation was not kept") }
            return id
        }
    }

    /// Adds jobs that follow from this one, together with its end, to the sweeps that this one belongs to.
    ///
    /// - Throws: ``StoreError/unknownDependency(job:dependency:)`` and the file errors.
    @discardableResult
    package func enqueue(_ jobs: [NewJob]) throws(StoreError) -> EnqueueOutcome {
        try writing {
            let (ids, outcome) = try Store.enqueue(jobs, at: now, in: database)
            try database.run(
                """
                INSERT OR IGNORE INTO sweep_jobs (sweep, job)
                SELECT sweep, added.value FROM sweep_jobs, json_each(?) AS added WHERE job = ?
                """,
                ["[\(ids.map(\.description).joined(separator: ","))]", job.id.value])
            return outcome
        }
    }

    /// Notes how long a step of this attempt took.
    ///
    /// - Throws: ``StoreError/invalid(_:)`` for a negative time or the same step twice, and the file errors.
    package func insert(_ timing: Timing) throws(StoreError) {
        try writing {
            try database.run(
                """
                INSERT INTO timings (
                    job, token, step, seconds, images, host, threads, version, git_commit, recorded_at
                ) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    job.id.value, job.token, timing.step, timing.seconds, timing.images, timing.provenance.host,
                    timing.provenance.threads, timing.provenance.version, timing.provenance.gitCommit,
                    now.milliseconds,
                ]
            )
        }
    }

    @discardableResult
    func writing<Result>(_ body: () throws -> Result) throws(StoreError) -> Result {
        do {
            return try body()
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
