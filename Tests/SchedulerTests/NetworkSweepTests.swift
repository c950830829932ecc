import Approx
import Scheduler
import Store
import Testing

@Suite struct NetworkSweepTests {
    private let work: Workplace
    private var scheduler: Scheduler { Scheduler(work.store) }

    init() throws {
        work = try Workplace(layers: 3)
    }

    private func counts() throws -> [JobKind: Int] {
        try work.store.jobCounts().counts.mapValues { $0.values.reduce(0, +) }
    }

    @Test func networksByThemselvesNeedNoCaptures() throws {
        let networks = try work.networks([[2, 2, 2], [4, 2, 4]])
        try scheduler.enqueue(try work.request(degrees: [], fitters: [], networks: networks), for: work.model)
        #expect(try counts() == ["reconstruct": 2, "evaluate-original": 2, "evaluate-plan": 4])
        try work.drain { _ in nil }
        #expect(try work.store.jobCounts()[.done] == 8)
        #expect(try work.store.plans(of: work.model.id).map(\.name) == ["guided degree 2", "guided degrees 4,2,4"])
    }

    @Test func higherDegreesAreTrainedInShorterSteps() throws {
        let settings = DistillationSettings(budget: .epochs(1))
        func suited(_ degrees: [Int]) throws -> DistillationSettings {
            let guided = GuidedSettings(degrees: try degrees.map { try Degree($0) })
            return NetworkWish(name: "some", guided: guided).suited(settings)
        }
        #expect(try suited([2, 2, 2]) == settings)
        #expect(try suited([4, 4]).learningRate == settings.learningRate / 4)
        #expect(try suited([4, 2, 2]).learningRate == settings.learningRate / 2)
        let close = try suited([2, 2, 3])
        #expect(close.clampReach < settings.clampReach && close.anchorPenalty > 0)
    }

    @Test func networksStandBesideFits() throws {
        let request = try work.request(networks: try work.networks([[2, 2, 2]]))
        try scheduler.enqueue(request, for: work.model)
        try work.drain { _ in nil }
        let plans = try scheduler.planKeys(of: request, for: work.model).map { key in
            try #require(try work.store.plan(key: key, of: work.model.id)).name
        }
        #expect(plans.count == 4 + 1 + 1)
        #expect(plans.last == "guided degree 2")
        #expect(try work.store.jobCounts()[.done] == (try work.store.jobCounts().total))
    }

    @Test func planOfTheLowestDropsHasNothingOfANetworkWithOtherWeights() throws {
        try scheduler.enqueue(
            try work.request(networks: try work.networks([[2, 2, 2]], images: 1250)), for: work.model)
        try work.drain { _ in nil }
        let best = try work.store.plan(named: "best", of: work.model.id)
        let fitters = try best.approximations.compactMap(\.self).map { try work.store.approximation($0).fit.fitter }
        #expect(fitters == ["least-squares", "least-squares", "least-squares"])
    }

    @Test func aHeavyJobWithTheDegreeThatAllLayersShare() throws {
        let networks = try work.networks([[2, 2, 2], [4, 2, 4]])
        try scheduler.enqueue(try work.request(degrees: [], fitters: [], networks: networks), for: work.model)
        let jobs = try work.store.jobs(JobFilter(kinds: [ReconstructJob.kind]))
        #expect(jobs.map(\.resourceClass) == [.heavy, .heavy])
        #expect(jobs.map(\.degree) == [2, nil])
        #expect(jobs.map(\.fitter) == ["guided", "guided"])
    }

    @Test func sameNetworkTwiceIsMadeOnceAndAnotherSeedMakesAnother() throws {
        func enqueue(seed: UInt64) throws -> Int {
            let networks = try work.networks([[2, 2, 2], [2, 2, 2]], seed: seed)
            let request = try work.request(degrees: [], fitters: [], networks: networks)
            return try scheduler.enqueue(request, for: work.model).outcome.added
        }
        #expect(try enqueue(seed: 0) == 1 + 2 + 2)
        #expect(try enqueue(seed: 0) == 0)
        #expect(try enqueue(seed: 1) == 1 + 2)
    }

    @Test func fitOnlyStillMakesTheNetworks() throws {
        let request = try work.request(
            degrees: [], fitters: [], networks: try work.networks([[2, 2, 2]]), validationImages: nil)
        #expect(try scheduler.jobs(of: request, for: work.model).map(\.kind) == [ReconstructJob.kind])
        #expect(try scheduler.planKeys(of: request, for: work.model).count == 1)
    }

    @Test func wishesThatCannotBeAreRefused() throws {
        func jobs(_ degrees: [[Int]], images: Int = 1000) throws -> [NewJob] {
            let networks = try work.networks(degrees, images: images)
            return try scheduler.jobs(
                of: try work.request(degrees: [], fitters: [], networks: networks), for: work.model)
        }
        #expect(throws: SchedulerError.layerDegrees(2, layers: 3)) { try jobs([[2, 2]]) }
        #expect(throws: SchedulerError.networkDegree(9, allowed: 2...8)) { try jobs([[2, 9, 2]]) }
        #expect(throws: SchedulerError.nothingRequested(what: "degrees")) { try jobs([]) }
        #expect(throws: SchedulerError.imageCountOutOfRange(what: "calibration", count: 0)) {
            try jobs([[2, 2, 2]], images: 0)
        }
        let errors: [SchedulerError] = [.layerDegrees(2, layers: 3), .networkDegree(9, allowed: 2...8)]
        #expect(errors.allSatisfy { $0.description.contains(";") })
    }

    // MARK: - With labels

    private func retrained(
        _ methods: [NetworkMethod] = [.retrained, .fromScratch], _ degrees: [[Int]] = [[2, 2, 2]]
    ) throws -> SweepRequest {
        var networks = try work.networks(degrees)
        let settings = SupervisedSettings(
            budget: .epochs(3), batch: 64, optimiser: .muon, learningRate: 1e-3, weightDecay: 0, augmentation: .none)
        (networks.methods, networks.retraining, networks.fromScratch) = (methods, settings, settings)
        networks.trainingImages = networks.calibration
        return try work.request(degrees: [], fitters: [], networks: networks)
    }

    @Test func networksWithLabelsStandSideBySide() throws {
        let request = try retrained()
        #expect(try scheduler.enqueue(request, for: work.model).outcome.added == 2 + 4 + 2)
        #expect(try scheduler.enqueue(request, for: work.model).outcome.added == 0)
        let jobs = try work.store.jobs(JobFilter(kinds: [RetrainJob.kind]))
        #expect(jobs.map(\.fitter) == ["retrained", "from-scratch"] && jobs.map(\.degree) == [2, 2])
        #expect(jobs.allSatisfy { $0.resourceClass == .heavy })
        #expect(try Set(scheduler.planKeys(of: request, for: work.model)).count == 2)
    }

    @Test func networksWithLabelsTakeTheQuadraticsOfASweep() throws {
        let request = try retrained([.guided, .retrained], [[2, 2, 2], [4, 2, 4], [4, 4, 4]])
        let jobs = try scheduler.jobs(of: request, for: work.model).filter { PlanJobs.kinds.contains($0.kind) }
        #expect(jobs.map(\.fitter) == ["guided", "guided", "guided", "retrained"])
    }

    @Test func otherDegreesWithLabelsAreRefused() throws {
        func jobs(_ methods: [NetworkMethod], _ degrees: [[Int]]) throws -> [NewJob] {
            try scheduler.jobs(of: retrained(methods, degrees), for: work.model)
        }
        #expect(throws: SchedulerError.quadraticsOnly(method: "retrained")) { try jobs([.retrained], [[2, 4, 2]]) }
        #expect(throws: SchedulerError.quadraticsOnly(method: "retrained")) {
            try jobs([.retrained], [[2, 2, 2], [4, 4, 4]])
        }
        #expect(throws: SchedulerError.quadraticsOnly(method: "from-scratch")) {
            try jobs([.fromScratch, .guided], [[4, 4, 4]])
        }
        #expect(SchedulerError.quadraticsOnly(method: "retrained").description.contains("--degrees 2"))
        var networks = try #require(retrained().networks)
        networks.fromScratch = nil
        let request = try work.request(degrees: [], fitters: [], networks: networks)
        #expect(throws: SchedulerError.nothingRequested(what: "settings for from-scratch")) {
            try scheduler.jobs(of: request, for: work.model)
        }
    }

    @Test func nameDoesNotDependOnHowDegreesWereGiven() throws {
        let (two, four) = (try Degree(2), try Degree(4))
        #expect(LayerDegrees(two, layers: 3).name == "degree 2")
        #expect(LayerDegrees(onStream: four, elsewhere: two, stream: [0, 2], layers: 3).name == "degree 4/2")
        #expect(
            LayerDegrees([four, two, four], stream: [0, 2])
                == LayerDegrees(onStream: four, elsewhere: two, stream: [0, 2], layers: 3))
        #expect(LayerDegrees(onStream: two, elsewhere: two, stream: [0, 2], layers: 3).name == "degree 2")
        #expect(LayerDegrees([four, two, two], stream: [0, 2]).name == "degrees 4,2,2")
    }
}
