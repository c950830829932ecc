package import Store

/// Turns what a user wants into jobs.
///
/// For example:
///
///     let request = SweepRequest(degrees: degrees, fitters: FitterKind.polynomials, settings: FitSettings(),
///         dataset: dataset.fingerprint, calibrationImages: 5000, validationImages: 5000, testImages: 10_000)
///     let (sweep, outcome) = try Scheduler(store).enqueue(request, for: model)
package struct Scheduler: Sendable {
    let store: Store

    package init(_ store: Store) {
        self.store = store
    }

    /// Enqueues the jobs of a sweep. What is in the store already, from this sweep or another, is not made again.
    ///
    /// - Returns: The sweep, and how many of its jobs are new.
    /// - Throws: ``SchedulerError`` where the request asks for nothing, or for what cannot be.
    @discardableResult
    package func enqueue(
        _ request: SweepRequest, for model: ModelRecord
    ) throws(SchedulerError) -> (sweep: SweepID, outcome: EnqueueOutcome) {
        let jobs = try jobs(of: request, for: model)
        do throws(StoreError) {
            let settings = try CanonicalJSON.text(of: request)
            let key = "sweep/\(try CanonicalJSON.hash(of: [model.identity, settings]))"
            return try store.enqueue(NewSweep(model: model.id, key: key, settings: settings), jobs: jobs)
        } catch {
            throw .store(error)
        }
    }

    /// The jobs that ``enqueue(_:for:)`` would ask for, dependencies before what depends on them.
    ///
    /// - Throws: As ``enqueue(_:for:)``.
    package func jobs(of request: SweepRequest, for model: ModelRecord) throws(SchedulerError) -> [NewJob] {
        let layers: [LayerRecord]
        do throws(StoreError) {
            layers = try store.layers(of: model.id)
        } catch {
            throw .store(error)
        }
        guard !layers.isEmpty else {
            throw .nothingRequested(what: "layers, for the model \(model.name) has no activation")
        }
        try request.validate(layers: layers.count)
        do throws(StoreError) {
            return try SweepJobs(request, model: model, layers: layers).jobs
        } catch {
            throw .store(error)
        }
    }
}

extension Scheduler {
    /// The keys of the plans that a sweep makes.
    ///
    /// - Throws: As ``jobs(of:for:)``.
    package func planKeys(of request: SweepRequest, for model: ModelRecord) throws(SchedulerError) -> [String] {
        try jobs(of: request, for: model).compactMap(PlanJobs.planKey)
    }
}
