internal import Approx
internal import Network
internal import Store

/// How far a plan's values go: what its layers read on calibration images, and bounds for every image there can be.
struct PlanRanges {
    /// Calibration images, the first of the set.
    let images: Int
    /// One per layer, as is `certified`.
    let observed: [ObservedRange]
    let certified: [CertifiedRanges.Site]

    /// - Parameter images: As many as there are, if there are fewer.
    init(of plan: LoadedPlan, _ dataset: Dataset, images wanted: Int, threads: Int) throws {
        let calibration = try dataset.images(of: .calibration)
        let count = min(wanted, calibration.count)
        images = count
        observed = try Console.withProgress(of: count, "observed ranges") { progress in
            try NetworkRunner(graph: plan.graph, preprocessing: plan.preprocessing).observe(
                plan: plan.replacements, calibration, 0..<count, threads: threads, checkpoint: progress)
        }
        certified = try Console.withProgress(of: plan.graph.nodes.count, "certified bounds") { progress in
            let box = InputBox(
                pixels: calibration.pixelRange, shape: plan.graph.inputShape, preprocessing: plan.preprocessing)
            return try CertifiedRanges(
                of: plan.graph, plan: plan.replacements, box: box, threads: threads, checkpoint: progress
            ).sites
        }
    }
}

extension Console {
    /// Shows a progress line on standard error while `body` runs.
    static func withProgress<Result>(
        of total: Int, _ what: String, _ body: (@escaping @Sendable (Int) throws -> Void) throws -> Result
    ) throws -> Result {
        let console = Console(unit: "steps")
        defer { console.clear() }
        return try body { done in console.show(finished: done, of: total, detail: what) }
    }
}

extension Interval {
    /// Both ends; nil for one that double precision cannot hold.
    var ends: [Double?] { [lower, upper].map { $0.isFinite ? $0 : nil } }
}

extension LoadedPlan {
    /// The images that the plan's network is for.
    ///
    /// - Parameter name: In the store; nil for the data set that the model was trained on.
    /// - Throws: `CommandFailure` where neither is known; ``DataError/changed(path:)`` and others for files that are not
    ///   what the store knows.
    func dataset(named name: String?, in store: Store) throws -> Dataset {
        guard let name = name ?? model.dataset else {
            throw CommandFailure(.usage, "model \(model.name) names no data set; say which with --data NAME")
        }
        let record = try store.dataset(named: name)
        let dataset = try Dataset.open(at: record.path, format: DatasetFormat(rawValue: record.format))
        guard dataset.fingerprint == record.fingerprint else { throw DataError.changed(path: record.path) }
        return dataset
    }
}
