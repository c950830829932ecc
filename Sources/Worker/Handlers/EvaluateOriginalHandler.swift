internal import Network
internal import Scheduler
internal import Store

/// Classifies images with the original network: what drops and agreement are counted from.
struct EvaluateOriginalHandler: JobHandler {
    let workshop: Workshop
    var kind: JobKind { EvaluateOriginalJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: EvaluateOriginalJob.self)
        let model = try workshop.model(of: job)
        let images = try workshop.images(payload.images.dataset, payload.images.split)
        let range = payload.images.evaluationImages.range
        let predictions = try model.runner.predict(images, range, checkpoint: context.check)
        let correct = predictions.correct(images.labels[range])
        let escaped = predictions.classes.count { $0 == Predictions.none }
        let evaluation = NewEvaluation(
            subject: .original,
            model: model.record.id,
            dataset: payload.images.dataset,
            split: payload.images.split,
            range: range,
            correct: correct,
            agreeing: predictions.count - escaped,
            escaped: escaped,
            outsideShares: Array(repeating: nil, count: model.layers.count),
            predictions: predictions.encoded()
        )
        return JobResult(images: payload.images.images) { writer throws(StoreError) in
            try writer.insert(evaluation)
        }
    }
}
