package import Store

extension Scheduler {
    /// Enqueues a training. One that is done stays done, unless its model is gone; one that failed or was cancelled gets
    /// another chance.
    ///
    /// - Returns: The job.
    /// - Throws: ``SchedulerError/nameTaken(_:)`` where another model has the name,
    ///   ``SchedulerError/nameAwaited(_:by:)`` where one will have it, and ``SchedulerError/store(_:)``.
    @discardableResult
    package func enqueue(_ training: TrainJob) throws(SchedulerError) -> JobID {
        let refusal: SchedulerError?
        do throws(StoreError) {
            refusal = try self.refusal(ofNameOf: training)
        } catch {
            throw .store(error)
        }
        if let refusal { throw refusal }
        do throws(StoreError) {
            let job = try NewJob(training, .train, of: nil)
            try store.enqueue([job])
            guard let record = try store.job(key: job.key) else {
                throw .unknown(kind: "job", name: job.key, known: [])
            }
            let isLost = try store.training(key: training.trainingKey()) == nil
            try store.retry(JobFilter(ids: [record.id], states: [.dead, .cancelled] + (isLost ? [.done] : [])))
            return record.id
        } catch {
            throw .store(error)
        }
    }

    /// Why the model cannot be called that: something else is, or will be. Nil if it can.
    private func refusal(ofNameOf training: TrainJob) throws(StoreError) -> SchedulerError? {
        if let model = try store.models().first(where: { $0.name == training.name }),
            try store.training(key: training.trainingKey())?.model != model.id
        {
            return .nameTaken(training.name)
        }
        let key = try training.key()
        let open = JobFilter(states: JobState.allCases.filter { !$0.isFinal }, kinds: [TrainJob.kind])
        for job in try store.jobs(open) where job.key != key {
            // What this version cannot read will make no model.
            let other = try? CanonicalJSON.value(TrainJob.self, from: job.payload, of: "train job \(job.id)")
            if other?.name == training.name { return .nameAwaited(training.name, by: job.id) }
        }
        return nil
    }
}
