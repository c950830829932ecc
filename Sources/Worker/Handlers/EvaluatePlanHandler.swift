internal import Approx
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
        guard let plan = try workshop.store.plan(key: payload.plan, of: model.record.id) else {
            throw JobFailure("the plan \(payload.plan.prefix(12)) of model \(model.record.name) was not made")
        }
        var approximations: [Approximation?] = []
        for id in plan.approximations {
            approximations.append(try id.map { try workshop.store.approximation($0).fit.approximation })
        }
        let runner = try workshop.runner(of: plan, of: model)
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
