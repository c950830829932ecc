package import Store

extension Scheduler {
    /// Enqueues a check of a plan. A check that is done stays done, unless what it found is gone; one that failed or was
    /// cancelled gets another chance.
    ///
    /// - Returns: The job.
    /// - Throws: ``SchedulerError/store(_:)``.
    @discardableResult
    package func enqueue(_ check: CheckJob, of plan: PlanRecord) throws(SchedulerError) -> JobID {
        do throws(StoreError) {
            // It makes the plan again if that is ever lost.
            var makers: [NewJob.Dependency] = []
            for key in PlanJobs.keys(of: plan) where try store.job(key: key) != nil {
                makers.append(.init(on: key, .success))
            }
            let job = try NewJob(check, .check, of: plan.model, after: makers)
            try store.enqueue([job])
            guard let record = try store.job(key: job.key) else {
                throw .unknown(kind: "job", name: job.key, known: [])
            }
            let isLost = try store.check(key: check.checkKey(), of: plan.id) == nil
            try store.retry(JobFilter(ids: [record.id], states: [.dead, .cancelled] + (isLost ? [.done] : [])))
            return record.id
        } catch {
            throw .store(error)
        }
    }
}
