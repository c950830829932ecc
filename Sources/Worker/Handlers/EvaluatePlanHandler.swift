internal import Network
internal import Scheduler
internal import Store

/// Evaluates the network with all of a plan's polynomials in place, and its weights where it has its own.
struct EvaluatePlanHandler: JobHandler {
    let workshop: Workshop
    var kind: JobKind { EvaluatePlanJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: EvaluatePlanJob.self)
        let model = try workshop.model(of: job)
        let (plan, runner, approximations) = try workshop.plan(payload.plan, of: model)
        let outcome = try runner.evaluate(
            plan: approximations,
            try workshop.images(payload.images.dataset, payload.images.split),
            payload.images.evaluationImages.range,
            original: try workshop.originalPredictions(model.record.id, on: payload.images),
            checkpoint: context.check
        )
        let evaluation = NewEvaluation(outcome, of: .plan(plan.id), model: model.record.id, on: payload.images)
        return JobResult(images: payload.images.images) { writer throws(StoreError) in
            try writer.insert(evaluation)
        }
    }
}
