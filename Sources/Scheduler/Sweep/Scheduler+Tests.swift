package import Store

extension Scheduler {
    /// Enqueues the test figure of a request's plan with everything that it needs, and nothing else of the request.
    ///
    /// - Throws: As ``jobs(of:for:)``.
    package func enqueueTest(of request: SweepRequest, for model: ModelRecord) throws(SchedulerError) -> SweepID {
        let jobs = try tested(request, for: model).jobs
        do throws(StoreError) {
            let settings = try CanonicalJSON.text(of: request)
            let key = "test/\(try CanonicalJSON.hash(of: [model.identity, settings]))"
            return try store.enqueue(NewSweep(model: model.id, key: key, settings: settings), jobs: jobs).sweep
        } catch {
            throw .store(error)
        }
    }

    /// The key of the plan whose figure ``enqueueTest(of:for:)`` asks for.
    ///
    /// - Throws: As ``jobs(of:for:)``.
    package func testedPlan(of request: SweepRequest, for model: ModelRecord) throws(SchedulerError) -> String? {
        try tested(request, for: model).plan
    }

    /// The test of the first plan that is no choice among others, with what it depends on.
    private func tested(
        _ request: SweepRequest, for model: ModelRecord
    ) throws(SchedulerError) -> (plan: String?, jobs: [NewJob]) {
        let all = try jobs(of: request, for: model)
        do throws(StoreError) {
            var plan: String?
            var needed: Set<String> = []
            for job in all where job.kind == EvaluatePlanJob.kind && plan == nil {
                let evaluation = try CanonicalJSON.value(
                    EvaluatePlanJob.self, from: job.payload, of: "evaluation \(job.key)")
                guard evaluation.images == request.test else { continue }
                plan = evaluation.plan
                needed = [job.key]
            }
            // What a job depends on stands before it.
            var chosen: [NewJob] = []
            for job in all.reversed() where needed.contains(job.key) {
                chosen.append(job)
                needed.formUnion(job.dependencies.map(\.key))
            }
            return (plan, chosen.reversed())
        } catch {
            throw .store(error)
        }
    }
}
