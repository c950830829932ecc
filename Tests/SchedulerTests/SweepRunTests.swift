import Approx
import Foundation
import Scheduler
import Store
import Testing

/// Sweeps from start to end, with handlers that write made-up results.
@Suite struct SweepRunTests {
    @Test func sweepEndsWithItsBestPlan() throws {
        let work = try Workplace(layers: 3)
        let (sweep, _) = try Scheduler(work.store).enqueue(try work.request(), for: work.model)
        try work.drain { _ in nil }
        let counts = try work.store.jobCounts(JobFilter(sweep: sweep))
        #expect(counts[.done] == counts.total)
        let plans = try work.store.plans(of: work.model.id)
        #expect(plans.count == 5)
        let best = try work.store.plan(named: "best", of: work.model.id)
        let chosen = try best.approximations.map { try $0.map { try work.store.approximation($0).fit } }
        // The made-up accuracy grows with the degree and is higher for least squares.
        #expect(chosen.map { $0?.degree.value } == [3, 3, 3])
        #expect(chosen.map { $0?.fitter } == ["least-squares", "least-squares", "least-squares"])
        #expect(chosen.map { $0?.levels }.compactMap(\.self).reduce(0, +) == best.levels)
        let test = EvaluationImages(dataset: work.fingerprint, split: .test, range: 0..<100)
        for plan in plans {
            let evaluation = try work.store.evaluation(of: .plan(plan.id), model: work.model.id, on: test)
            #expect(evaluation?.drop != nil)
        }
        #expect(try work.store.best(of: work.model.id).map(\.record.id) == best.approximations)
    }

    @Test func fitThatFailsLeavesTheOthersToBeUsed() throws {
        let work = try Workplace(layers: 3)
        try Scheduler(work.store).enqueue(try work.request(), for: work.model)
        try work.drain { job in
            // The best fitter fails on the last layer, and everything fails on the middle one.
            job.layer == work.layers[1].id || (job.layer == work.layers[2].id && job.fitter == "least-squares")
                ? "coincident centroids" : nil
        }
        let counts = try work.store.jobCounts()
        #expect(counts[.dead] == 6)
        #expect(counts[.blocked] == 0)
        #expect(counts.isSettled)
        let best = try work.store.plan(named: "best", of: work.model.id)
        #expect(best.approximations.map { $0 == nil } == [false, true, false])
        let last = try #require(best.approximations[2])
        #expect(try work.store.approximation(last).fit.fitter == "centroid")
        let uniform = try work.store.plan(named: "least-squares degree 3", of: work.model.id)
        #expect(uniform.replacedLayers == 1)
    }

    @Test func fitThatSucceedsLaterIsEvaluatedAndChosen() throws {
        let work = try Workplace(layers: 3)
        try Scheduler(work.store).enqueue(try work.request(), for: work.model)
        try work.drain { $0.layer == work.layers[1].id ? "out of memory" : nil }
        let before = try work.store.plan(named: "best", of: work.model.id)
        #expect(before.replacedLayers == 2)
        try work.store.retry(JobFilter(states: [.dead]))
        try work.drain { _ in nil }
        let after = try work.store.plan(named: "best", of: work.model.id)
        #expect(after.replacedLayers == 3)
        #expect(after.key == before.key)
        let test = EvaluationImages(dataset: work.fingerprint, split: .test, range: 0..<100)
        #expect(try work.store.evaluation(of: .plan(after.id), model: work.model.id, on: test) != nil)
        #expect(try work.store.plans(of: work.model.id).count == 5)
    }

    @Test func planWithoutAnyFitIsDeadAndSaysWhy() throws {
        let work = try Workplace(layers: 2)
        try Scheduler(work.store).enqueue(try work.request(), for: work.model)
        try work.drain { $0.kind == FitJob.kind ? "constant input" : nil }
        let dead = try work.store.jobs(JobFilter(states: [.dead], kinds: [ChoosePlanJob.kind]))
        #expect(dead.count == 5)
        #expect(dead.first?.lastError?.contains("every fit it could use failed") == true)
        let blocked = try work.store.jobs(JobFilter(states: [.blocked]))
        #expect(blocked.count == 10)
        let reason = try work.store.blockers(of: try #require(blocked.first).id)
        #expect(reason.allSatisfy { $0.kind == ChoosePlanJob.kind && $0.needsRetry })
        #expect(try work.store.jobCounts().isSettled)
    }

    @Test func captureThatFailsHoldsItsFitsBack() throws {
        let work = try Workplace(layers: 2)
        try Scheduler(work.store).enqueue(try work.request(), for: work.model)
        try work.drain { $0.kind == CaptureJob.kind ? "images are gone" : nil }
        let counts = try work.store.jobCounts()
        #expect(counts.counts[FitJob.kind] == [.blocked: 8])
        #expect(counts.isSettled)
        try work.store.retry(JobFilter(states: [.dead]))
        try work.drain { _ in nil }
        #expect(try work.store.jobCounts()[.done] == counts.total)
    }

    @Test func widerSweepEvaluatesOnlyWhatIsNew() throws {
        let work = try Workplace(layers: 2)
        try Scheduler(work.store).enqueue(try work.request(degrees: [2, 3]), for: work.model)
        try work.drain { _ in nil }
        try Scheduler(work.store).enqueue(try work.request(degrees: [2, 3, 5]), for: work.model)
        let request = try work.request(degrees: [2, 3, 5])
        let images = try #require(request.validation)
        let job = EvaluateLayerJob(model: work.model.identity, layer: 0, fits: request.fits, images: images)
        #expect(try job.pending(in: work.store, layer: work.layers[0]).isEmpty)
        try work.drain { _ in nil }
        let best = try work.store.plan(named: "best", of: work.model.id)
        let degrees = try best.approximations.compactMap(\.self).map {
            try work.store.approximation($0).fit.degree.value
        }
        #expect(degrees == [5, 5])
    }
}
