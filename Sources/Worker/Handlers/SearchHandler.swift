internal import Network
internal import Scheduler
internal import Store

/// Takes one step of a search: reads what its trials have come to, and enqueues what follows.
struct SearchHandler: JobHandler {
    let workshop: Workshop
    var kind: JobKind { SearchJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: SearchJob.self)
        let model = try workshop.model(of: job)
        let candidates: SearchCandidates
        let jobs: [NewJob]
        do throws(SchedulerError) {
            candidates = try SearchCandidates(
                payload.wish, of: model.record, graph: model.runner.graph.levelGraph, in: workshop.store)
            jobs = try SearchStep(candidates, tried: payload.tried, in: workshop.store).jobs()
        } catch .store(let error) {
            throw error
        } catch {
            throw JobFailure(error.description)
        }
        return JobResult { writer throws(StoreError) in
            try writer.enqueue(jobs)
        }
    }
}
