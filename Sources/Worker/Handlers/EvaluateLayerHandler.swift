internal import Network
internal import Scheduler
internal import Store

/// Evaluates each approximation of one layer alone: the layers before it run once for all of them.
struct EvaluateLayerHandler: JobHandler {
    let workshop: Workshop
    var kind: JobKind { EvaluateLayerJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: EvaluateLayerJob.self)
        let model = try workshop.model(of: job)
        guard let layer = model.layers.first(where: { $0.position == payload.layer }) else {
            throw JobFailure("there is no layer \(payload.layer) in model \(model.record.name)")
        }
        let candidates = try payload.pending(in: workshop.store, layer: layer)
        guard !candidates.isEmpty else { return JobResult { _ in } }
        let images = try workshop.images(payload.images.dataset, payload.images.split)
        let outcomes = try model.runner.evaluate(
            site: layer.position,
            candidates: candidates.map(\.fit.approximation),
            images,
            payload.images.evaluationImages.range,
            original: try workshop.originalPredictions(model.record.id, on: payload.images),
            checkpoint: context.check
        )
        let evaluations = zip(candidates, outcomes).map { candidate, outcome in
            NewEvaluation(outcome, of: .approximation(candidate.id), model: model.record.id, on: payload.images)
        }
        return JobResult(images: payload.images.images) { writer throws(StoreError) in
            for evaluation in evaluations { try writer.insert(evaluation) }
        }
    }
}
