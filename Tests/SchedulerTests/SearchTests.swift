import Approx
import Scheduler
import Store
import Testing

/// Searches from step to step, with handlers that write made-up results.
@Suite struct SearchTests {
    private let work: Workplace
    private var scheduler: Scheduler { Scheduler(work.store) }

    init() throws {
        work = try Workplace(layers: 4)
    }

    private func wish(
        _ strategy: SearchStrategy = .evolutionary, evaluations: Int = 18, seconds: Double? = nil,
        fineTuning: SearchWish.FineTuning? = nil, seed: UInt64 = 0, refits: Bool = true
    ) throws -> SearchWish {
        let degrees = try [2, 3, 4].map { try Degree($0) }
        let images = ImageSelection(dataset: work.fingerprint, split: .validation, images: 200)
        let refit = refits ? SearchWish.Refit.quick(images: 500) : nil
        return SearchWish(
            strategy: strategy,
            goal: SearchGoal(
                levels: nil, budgets: 4, seed: seed,
                evolution: strategy == .evolutionary ? Evolution(population: 6, generations: 3) : nil),
            fits: FitSelection(
                degrees: degrees, fitters: [.leastSquares], settings: FitSettings(),
                calibration: Calibration(dataset: work.fingerprint, images: 500)),
            prices: degrees.map { DegreePrice(degree: $0, levels: LevelCost.levels(of: $0), seconds: 1) },
            costs: .measured, sensitivityImages: Calibration(dataset: work.fingerprint, images: 500), images: images,
            refit: refit, fineTuning: fineTuning, evaluations: evaluations, seconds: seconds, finalists: 0,
            finalRefit: refit, finalImages: images)
    }

    private func trials(of wish: SearchWish, in work: Workplace) throws -> [SearchTrial] {
        // Enqueued again, as the same command does.
        let sweep = try Scheduler(work.store).enqueue(wish, for: work.model).sweep
        return try Scheduler(work.store).lastStep(of: wish, work.candidates(wish), sweep: sweep).trials
    }

    private func done(_ kind: JobKind) throws -> Int { try work.store.jobCounts(JobFilter(kinds: [kind]))[.done] }

    @Test func eachGenerationIsEnqueuedByTheStepBeforeIt() throws {
        let wish = try wish()
        try scheduler.enqueue(wish, for: work.model)
        while try done(SearchJob.kind) == 0 { try work.drain(jobs: 1) { _ in nil } }
        #expect(try work.store.jobCounts(JobFilter(kinds: [ReconstructJob.kind])).total == 6)
        try work.drain { _ in nil }
        #expect(try work.store.jobCounts(JobFilter(kinds: [ReconstructJob.kind]))[.done] == 18)
        #expect(try done(SearchJob.kind) == 4)
        let trials = try trials(of: wish, in: work)
        #expect(Set(trials.map(\.choices)).count == 18)
        #expect(trials.allSatisfy { $0.agreement > 0.2 })
    }

    @Test(arguments: [3, 17, 19, 24, 40]) func searchThatStoppedHasTheSameTrials(jobs: Int) throws {
        let wish = try wish(seed: 5)
        try scheduler.enqueue(wish, for: work.model)
        try work.drain(jobs: jobs) { _ in nil }
        let again = try scheduler.enqueue(wish, for: work.model).outcome
        #expect(again.added == 0)
        try work.drain { _ in nil }

        let calm = try Workplace(layers: 4)
        try Scheduler(calm.store).enqueue(wish, for: calm.model)
        try calm.drain { _ in nil }
        #expect(try trials(of: wish, in: work) == trials(of: wish, in: calm))
        #expect(try trials(of: wish, in: work).count == 18)
    }

    @Test func trialsOfAnotherSearchAreNotMadeAgain() throws {
        try scheduler.enqueue(wish(.uniform), for: work.model)
        try work.drain { _ in nil }
        #expect(try done(ReconstructJob.kind) == 3)
        try scheduler.enqueue(wish(), for: work.model)
        try work.drain { _ in nil }
        // The uniform plans are among the first generation.
        #expect(try done(ReconstructJob.kind) == 18)
    }

    @Test(arguments: [SearchStrategy.evolutionary, .dynamic, .random])
    func networkThatCannotBeMadeCountsAsATrialAndEndsNothing(_ strategy: SearchStrategy) throws {
        let wish = try wish(strategy)
        try scheduler.enqueue(wish, for: work.model)
        var failed = 0
        try work.drain { job in
            guard job.kind == ReconstructJob.kind, failed < 3 else { return nil }
            failed += 1
            return "not finite"
        }
        let trials = try trials(of: wish, in: work)
        #expect(trials.count == 18)
        #expect(trials.count { $0.agreement == 0 } == 3)
        #expect(try work.store.jobCounts().isSettled)
    }

    @Test func limitInSecondsIsLookedAtBeforeEachTrial() throws {
        let wish = try wish(seconds: 3600)
        try scheduler.enqueue(wish, for: work.model)
        try work.drain { _ in nil }
        #expect(try done(SearchJob.kind) == 19)
        let free = try self.wish()
        try scheduler.enqueue(free, for: work.model)
        try work.drain { _ in nil }
        #expect(try trials(of: wish, in: work) == trials(of: free, in: work))
    }

    @Test func originalWeightsAreTriedGenerationByGeneration() throws {
        let wish = try wish(refits: false)
        try scheduler.enqueue(wish, for: work.model)
        try work.drain { _ in nil }
        #expect(try trials(of: wish, in: work).count == 18)
        #expect(try done(SearchJob.kind) == 4)
        #expect(try done(ReconstructJob.kind) == 0)
    }

    @Test func fineTuningFollowsTheReconstructionOfEachTrial() throws {
        let tuning = SearchWish.FineTuning(
            settings: DistillationSettings(budget: .epochs(0.1)),
            images: Calibration(dataset: work.fingerprint, images: 900))
        let wish = try wish(.uniform, fineTuning: tuning)
        try scheduler.enqueue(wish, for: work.model)
        try work.drain { _ in nil }
        let quartic = try work.candidates(wish).jobs(of: [2, 2, 2, 2])
        #expect(quartic.map(\.kind) == [ReconstructJob.kind, DistilJob.kind, EvaluatePlanJob.kind])
        #expect(quartic[1].dependencies.map(\.key) == [quartic[0].key])
        let job = try CanonicalJSON.value(DistilJob.self, from: quartic[1].payload, of: "job")
        #expect(job.name == "distilled degree 4")
        // Quartics are clamped closer, in a search as in a sweep.
        #expect(job.settings.clampReach == 1.1 && tuning.settings.clampReach == 2)
        #expect(job.images.images == 900)
    }
}
