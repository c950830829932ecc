internal import Approx
internal import Network
internal import Scheduler
internal import Store

/// Trains a plan's network towards the original one, on all cores. An interrupted attempt leaves the state of the
/// training.
struct DistilHandler: JobHandler {
    let workshop: Workshop
    var kind: JobKind { DistilJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: DistilJob.self)
        let model = try workshop.model(of: job)
        let start = try workshop.plan(payload.start, of: model)
        let approximations = start.approximations.compactMap(\.self)
        guard approximations.count == model.layers.count else {
            throw JobFailure("the plan \(start.record.name) keeps activations, and only polynomials can be trained")
        }
        let degrees = try start.record.approximations.compactMap(\.self).map {
            try workshop.store.approximation($0).fit.degree
        }
        let images = try workshop.trainingImages(payload.images)
        let training = try context.finished { state in
            try Distillation(
                of: model.runner.graph, into: start.runner.graph, approximations, settings: payload.settings,
                images: images, preprocessing: model.runner.preprocessing, threads: context.threads, state: state
            ) { try context.check(0) }
        }
        let plan = try RefittedPlan(
            training.finish { try context.check(0) }, degrees: degrees, of: model, by: payload)
        return JobResult(images: training.totalSteps * training.batchSize) { writer throws(StoreError) in
            try writer.insert(plan.plan, with: plan.approximations)
        }
    }
}
