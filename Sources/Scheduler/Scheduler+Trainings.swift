package import Store

extension Scheduler {
    /// Enqueues a training. One that is done stays done, unless its model is gone; one that failed or was cancelled gets
    /// another chance.
    ///
    /// - Returns: The job.
    /// - Throws: ``SchedulerError/nameTaken(_:by:)`` where another model has the name, or will have; and
    ///   ``SchedulerError/store(_:)``.
    @discardableResult
    package func enqueue(_ training: TrainJob) throws(SchedulerError) -> JobID {
        let owner: String?
        do throws(StoreError) {
            owner = try self.owner(ofName: training.name, beside: training)
        } catch {
            throw .store(error)
        }
        if let owner { throw .nameTaken(training.name, by: owner) }
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

    /// What has the name of a model, or is about to make it, and is not this training; nil if nothing is.
    private func owner(ofName name: String, beside training: TrainJob) throws(StoreError) -> String? {
        if let model = try store.models().first(where: { $0.name == name }),
            try store.training(key: training.trainingKey())?.model != model.id
        {
            return "another model"
        }
        let key = try training.key()
        let open = JobFilter(states: JobState.allCases.filter { !$0.isFinal }, kinds: [TrainJob.kind])
        for job in try store.jobs(open) where job.key != key {
            let other = try CanonicalJSON.value(TrainJob.self, from: job.payload, of: "train job \(job.id)")
            if other.name == name { return "train job \(job.id), which is not done yet" }
        }
        return nil
    }
}
