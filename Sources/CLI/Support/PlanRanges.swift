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
