internal import Approx
internal import Network
internal import Scheduler
internal import Store

/// Runs the network over one chunk of calibration images and keeps what each layer saw.
struct CaptureHandler: JobHandler {
    let workshop: Workshop
    var kind: JobKind { CaptureJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: CaptureJob.self)
        let model = try workshop.model(of: job)
        // A network that was trained here may have left them.
        let isThere = try model.layers.allSatisfy { layer in
            try workshop.store.shardRanges(of: layer.id, dataset: payload.dataset, split: .calibration)
                .contains(payload.range)
        }
        if isThere { return JobResult { _ in } }
        let images = try workshop.images(payload.dataset, .calibration)
        let statistics = try model.runner.capture(images, payload.range, checkpoint: context.check)
        let shards = zip(model.layers, statistics).map { layer, statistics in
            Shard(
                layer: layer.id, dataset: payload.dataset, split: .calibration, range: payload.range,
                statistics: statistics.encoded()
            )
        }
        return JobResult(images: payload.images) { writer throws(StoreError) in
            for shard in shards { try writer.insert(shard) }
        }
    }
}
