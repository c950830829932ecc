internal import Scheduler
internal import Store

/// Makes a plan out of the approximations of a sweep.
struct ChoosePlanHandler: JobHandler {
    let workshop: Workshop
    var kind: JobKind { ChoosePlanJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: ChoosePlanJob.self)
        guard let id = job.model else { throw JobFailure("\(job.kind) job \(job.id) names no model") }
        let plan = try payload.plan(in: workshop.store, model: try workshop.store.model(id))
        return JobResult { writer throws(StoreError) in
            try writer.insert(plan)
        }
    }
}
