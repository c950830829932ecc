internal import Approx
package import Store

extension Scheduler {
    /// Enqueues a search with the fits, evaluations and forecasts that it needs. What is in the store already is not made
    /// again, and trials are shared with other searches.
    ///
    /// - Throws: ``SchedulerError``
    @discardableResult
    package func enqueue(
        _ wish: SearchWish, for model: ModelRecord
    ) throws(SchedulerError) -> (sweep: SweepID, outcome: EnqueueOutcome) {
        let sweep = try jobs(of: SweepRequest(wish), for: model).filter { !PlanJobs.kinds.contains($0.kind) }
        // A plan of the sweep is none of the search's.
        let needed = sweep.filter { $0.kind != EvaluatePlanJob.kind }
        do throws(StoreError) {
            let all = try needed + searchJobs(wish, for: model, after: needed)
            let settings = try CanonicalJSON.text(of: wish)
            let key = try Self.key(of: settings, for: model)
            return try store.enqueue(NewSweep(model: model.id, key: key, settings: settings), jobs: all)
        } catch {
            throw .store(error)
        }
    }

    /// Enqueues the test figures of a search's finalists, once it has ended. They are a sweep of their own: nothing that
    /// a search reads knows of them.
    ///
    /// - Parameter images: Of the test split.
    /// - Returns: The sweep; nil if no finalist was made.
    /// - Throws: ``SchedulerError``
    package func enqueueTest(of step: SearchStep, on images: ImageSelection) throws(SchedulerError) -> SweepID? {
        let candidates = step.candidates, model = candidates.model
        do throws(StoreError) {
            let original = try NewJob(
                EvaluateOriginalJob(model: model.identity, images: images), .evaluateOriginal, of: model.id)
            var jobs: [NewJob] = []
            for choices in step.finalists {
                guard try candidates.result(of: choices, isFinal: true, in: store) != nil else { continue }
                let trial = try candidates.trial(choices, isFinal: true)
                jobs += trial.jobs
                jobs.append(try candidates.evaluation(of: trial, on: images, .test, after: [original.key]))
            }
            guard !jobs.isEmpty else { return nil }
            let settings = try CanonicalJSON.text(of: jobs.map(\.key))
            let key = "search-test/\(try CanonicalJSON.hash(of: [model.identity, settings]))"
            return try store.enqueue(NewSweep(model: model.id, key: key, settings: settings), jobs: [original] + jobs)
                .sweep
        } catch {
            throw .store(error)
        }
    }

    private func searchJobs(
        _ wish: SearchWish, for model: ModelRecord, after needed: [NewJob]
    ) throws(StoreError) -> [NewJob] {
        let fits = needed.filter { $0.kind == FitJob.kind }
        let sensitivity = try NewJob(
            SensitivityJob(
                model: model.identity, fits: wish.fits, images: wish.sensitivityImages, seed: wish.goal.seed),
            .sensitivity, of: model.id, after: fits.map { .init(on: $0.key, .completion) })
        var evaluations: [NewJob] = []
        if wish.finalists > 0, wish.finalImages != wish.images {
            evaluations.append(
                try NewJob(
                    EvaluateOriginalJob(model: model.identity, images: wish.finalImages), .evaluateOriginal,
                    of: model.id))
        }
        let awaited = needed.filter { $0.kind != FitJob.kind } + [sensitivity] + evaluations
        let step = try NewJob(
            SearchJob(model: model.identity, wish: wish, tried: []), .search, of: model.id,
            after: awaited.map { .init(on: $0.key, .completion) })
        return [sensitivity] + evaluations + [step]
    }

    /// The sweep of a search; nil if it was never enqueued.
    ///
    /// - Throws: ``SchedulerError/store(_:)``
    package func sweep(of wish: SearchWish, for model: ModelRecord) throws(SchedulerError) -> SweepID? {
        do throws(StoreError) {
            let key = try Self.key(of: CanonicalJSON.text(of: wish), for: model)
            return try store.sweeps(of: model.id).first { $0.key == key }?.id
        } catch {
            throw .store(error)
        }
    }

    /// What a search took until a step of it: captures, fits, single replacements and all trials so far.
    ///
    /// - Returns: Nil if what stands before the trials was not timed.
    /// - Throws: ``SchedulerError/store(_:)``
    package func secondsBehind(_ step: SearchStep) throws(SchedulerError) -> Double? {
        let first = SearchJob(model: step.candidates.model.identity, wish: step.candidates.wish, tried: [])
        do throws(StoreError) {
            return try store.secondsBehind(job: first.key()).map { $0 + step.seconds }
        } catch {
            throw .store(error)
        }
    }

    private static func key(of settings: String, for model: ModelRecord) throws(StoreError) -> String {
        "search/\(try CanonicalJSON.hash(of: [model.identity, settings]))"
    }

    /// The trials of a search, in order, as far as its steps have come. Where a trial was made again and the search has gone
    /// on otherwise since, those are the newer ones, once they are as many.
    ///
    /// - Throws: ``SchedulerError``
    package func lastStep(
        of wish: SearchWish, _ candidates: SearchCandidates, sweep: SweepID
    ) throws(SchedulerError) -> SearchStep {
        var tried: [[Int]] = []
        do throws(StoreError) {
            let steps = try store.jobs(JobFilter(kinds: [SearchJob.kind], sweep: sweep), limit: .max)
            for step in steps {
                let payload = try CanonicalJSON.value(SearchJob.self, from: step.payload, of: "search job \(step.id)")
                if payload.tried.count >= tried.count { tried = payload.tried }
            }
        } catch {
            throw .store(error)
        }
        return try SearchStep(candidates, tried: tried, in: store)
    }
}

extension SweepRequest {
    /// The fits and single evaluations that a search needs.
    fileprivate init(_ wish: SearchWish) {
        self.init(
            degrees: wish.fits.degrees, fitters: wish.fits.fitters, settings: wish.fits.settings,
            dataset: wish.images.dataset, calibrationImages: wish.fits.calibration.images,
            validationImages: wish.images.images, testImages: nil)
    }
}
