import Approx
import Foundation
import Scheduler
import Store
import Testing

@Suite struct SweepTests {
    private let work: Workplace
    private var scheduler: Scheduler { Scheduler(work.store) }

    init() throws {
        work = try Workplace(layers: 3)
    }

    @Test func sweepMakesEveryJobOnce() throws {
        let (sweep, outcome) = try scheduler.enqueue(try work.request(), for: work.model)
        let counts = try work.store.jobCounts(JobFilter(sweep: sweep)).counts
        // 1,250 images in chunks of 500; 3 layers x 2 degrees x 2 fitters; 4 uniform plans and the best.
        #expect(
            counts.mapValues { $0.values.reduce(0, +) } == [
                "capture": 3, "fit": 12, "evaluate-original": 2, "evaluate-layer": 3, "choose-plan": 5,
                "evaluate-plan": 10,
            ])
        #expect(outcome.added == 35)
    }

    @Test func sameSweepTwiceAddsNothing() throws {
        let first = try scheduler.enqueue(try work.request(), for: work.model)
        var request = try work.request()
        request = SweepRequest(
            degrees: request.fits.degrees.reversed() + request.fits.degrees,
            fitters: request.fits.fitters.reversed(), settings: request.fits.settings,
            dataset: request.fits.calibration.dataset, calibrationImages: request.fits.calibration.images,
            validationImages: 200, testImages: 100)
        let second = try scheduler.enqueue(request, for: work.model)
        #expect(second.sweep == first.sweep)
        #expect(second.outcome.added == 0)
        #expect(second.outcome.known == [.ready: 5, .blocked: 30])
    }

    @Test func compositesHavePrecisionsForDegrees() throws {
        var request = try work.request(degrees: [2, 6], fitters: [.composite, .leastSquares])
        request.fits.precisions = [4, 13]
        let jobs = try scheduler.jobs(of: request, for: work.model)
        let fits = jobs.filter { $0.kind == FitJob.kind }
        #expect(fits.count == 3 * 4)
        #expect(Set(fits.filter { $0.fitter == "composite" }.map(\.degree)) == [6, 6076])
        #expect(Set(fits.filter { $0.fitter == "least-squares" }.map(\.degree)) == [2, 6])
        #expect(jobs.count { $0.kind == ChoosePlanJob.kind } == 5)
    }

    /// Composites of precision 4 are of degree 6, which least squares are asked for here: those are not meant.
    @Test func selectionsAreAboutTheirPairsOnly() throws {
        let selection = FitSelection(
            degrees: try [2, 6].map { try Degree($0) }, fitters: [.composite, .leastSquares], settings: FitSettings(),
            calibration: Calibration(dataset: "d", images: 1), precisions: [13])
        let filter = try selection.filter(model: work.model.id)
        #expect(
            filter.pairs == [
                .init(fitter: "composite", degree: 6076), .init(fitter: "least-squares", degree: 2),
                .init(fitter: "least-squares", degree: 6),
            ])
        try scheduler.enqueue(try work.request(degrees: [2], fitters: [.leastSquares]), for: work.model)
        try work.drain { _ in nil }
        var other = filter
        other.pairs = [.init(fitter: "least-squares", degree: 6), .init(fitter: "composite", degree: 2)]
        other.settingsHash = nil
        (other.calibrationDataset, other.calibrationImages) = (nil, nil)
        #expect(try work.store.approximations(other, evaluatedOn: nil).isEmpty)
        other.pairs?.append(.init(fitter: "least-squares", degree: 2))
        #expect(try work.store.approximations(other, evaluatedOn: nil).count == 3)
    }

    @Test func fittersMakeTheirDegreesOnly() throws {
        #expect(throws: SchedulerError.nothingRequested(what: "precisions")) {
            try scheduler.enqueue(try work.request(fitters: [.composite]), for: work.model)
        }
        #expect(throws: SchedulerError.fitterDegree(6076, fitter: "least-squares", allowed: Degree.allowed)) {
            try scheduler.enqueue(try work.request(degrees: [2, 6076], fitters: [.leastSquares]), for: work.model)
        }
    }

    @Test func onlyCapturesAndOriginalsCanStartAtOnce() throws {
        try scheduler.enqueue(try work.request(), for: work.model)
        let ready = try work.store.jobs(JobFilter(states: [.ready]))
        #expect(Set(ready.map(\.kind)) == ["capture", "evaluate-original"])
        #expect(ready.count == 5)
    }

    @Test func largerCalibrationSetReusesWholeChunks() throws {
        try scheduler.enqueue(try work.request(calibrationImages: 1250), for: work.model)
        let captures = try work.store.jobCounts().counts["capture"]?[.ready]
        let outcome = try scheduler.enqueue(try work.request(calibrationImages: 2000), for: work.model).outcome
        #expect(captures == 3)
        // 0-500 and 500-1000 are shared; 1000-1500 and 1500-2000 are new beside 1000-1250.
        #expect(try work.store.jobCounts().counts["capture"]?[.ready] == 5)
        #expect(outcome.added > 0)
    }

    @Test func moreDegreesAddOnlyWhatIsNew() throws {
        try scheduler.enqueue(try work.request(degrees: [2, 3]), for: work.model)
        try scheduler.enqueue(try work.request(degrees: [2, 3, 4]), for: work.model)
        let counts = try work.store.jobCounts().counts.mapValues { $0.values.reduce(0, +) }
        #expect(counts["capture"] == 3)
        #expect(counts["fit"] == 18)
        #expect(counts["evaluate-original"] == 2)
        // The uniform plans of degrees 2 and 3 are shared; the best of three degrees is another than that of two.
        #expect(counts["choose-plan"] == 4 + 1 + 2 + 1)
    }

    @Test func otherSettingsMakeOtherFits() throws {
        try scheduler.enqueue(try work.request(), for: work.model)
        let outcome = try scheduler.enqueue(
            try work.request(settings: FitSettings(granularity: .channel)), for: work.model
        ).outcome
        #expect(outcome.known.values.reduce(0, +) == 5, "captures and originals do not depend on them")
    }

    @Test func sweepWithoutEvaluationIsCapturesAndFits() throws {
        try scheduler.enqueue(try work.request(validationImages: nil), for: work.model)
        #expect(Set(try work.store.jobCounts().counts.keys) == ["capture", "fit"])
    }

    @Test func sweepWithoutTestLooksAtNoTestImage() throws {
        let jobs = try scheduler.jobs(of: try work.request(testImages: nil), for: work.model)
        #expect(jobs.allSatisfy { !$0.payload.contains("\"test\"") })
    }

    @Test func keyDependsOnNothingThatOnlyThisStoreKnows() throws {
        let other = try Workplace(layers: 3, modelsBefore: 2)
        #expect(other.model.id != work.model.id)
        let request = try work.request()
        #expect(
            try scheduler.jobs(of: request, for: work.model).map(\.key)
                == Scheduler(other.store).jobs(of: request, for: other.model).map(\.key))
    }

    @Test func payloadsComeBackAsTheyWere() throws {
        try scheduler.enqueue(try work.request(degrees: [3], fitters: [.leastSquares]), for: work.model)
        var kinds: Set<JobKind> = []
        while let job = try work.store.claim(upTo: 1, as: "w", lease: .seconds(9)).first {
            kinds.insert(job.kind)
            switch job.kind {
            case CaptureJob.kind: #expect(try job.payload(as: CaptureJob.self).key() == job.key)
            case FitJob.kind:
                let fit = try job.payload(as: FitJob.self)
                #expect(try fit.key() == job.key)
                #expect(fit.fitter.rawValue == job.fitter)
                #expect(fit.degree.value == job.degree)
                #expect(fit.calibration.ranges == [0..<500, 500..<1000, 1000..<1250])
                #expect(try CanonicalJSON.hash(of: fit.settings) == job.settingsHash)
            case EvaluateOriginalJob.kind: #expect(try job.payload(as: EvaluateOriginalJob.self).key() == job.key)
            case EvaluateLayerJob.kind: #expect(try job.payload(as: EvaluateLayerJob.self).key() == job.key)
            case ChoosePlanJob.kind: #expect(try job.payload(as: ChoosePlanJob.self).key() == job.key)
            default: #expect(try job.payload(as: EvaluatePlanJob.self).key() == job.key)
            }
            try work.store.finish(job) { _ in }
        }
        #expect(kinds.count == 6)
        #expect(try work.store.jobCounts().isSettled)
    }

    @Test func emptyWishesAreRefused() throws {
        #expect(throws: SchedulerError.nothingRequested(what: "degrees")) {
            try scheduler.enqueue(try work.request(degrees: []), for: work.model)
        }
        #expect(throws: SchedulerError.nothingRequested(what: "fitters")) {
            try scheduler.enqueue(try work.request(fitters: []), for: work.model)
        }
        #expect(throws: SchedulerError.imageCountOutOfRange(what: "calibration", count: 0)) {
            try scheduler.enqueue(try work.request(calibrationImages: 0), for: work.model)
        }
        #expect(throws: SchedulerError.imageCountOutOfRange(what: "test", count: -1)) {
            try scheduler.enqueue(try work.request(testImages: -1), for: work.model)
        }
        let bare = try Workplace(layers: 0)
        #expect(throws: SchedulerError.self) {
            try Scheduler(bare.store).enqueue(try work.request(), for: bare.model)
        }
        #expect(try work.store.jobCounts().total == 0)
    }

    @Test func everyErrorSaysWhatToDo() {
        let errors: [SchedulerError] = [
            .nothingRequested(what: "degrees"), .imageCountOutOfRange(what: "test", count: 0),
            .nothingToChoose(plan: "best"), .store(.missing(path: "x.db")),
        ]
        #expect(errors.allSatisfy { $0.description.contains(";") })
    }
}
