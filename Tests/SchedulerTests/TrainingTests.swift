import Approx
import Foundation
import Scheduler
import Store
import Testing

@Suite struct TrainingTests {
    private let work: Workplace
    private var scheduler: Scheduler { Scheduler(work.store) }

    init() throws {
        work = try Workplace(layers: 3)
    }

    private func wish(name: String = "net", seed: UInt64 = 0) -> TrainJob {
        TrainJob(
            architecture: "lenet5", name: name, images: Calibration(dataset: work.fingerprint, images: 100),
            datasetName: "digits", classes: 10,
            settings: SupervisedSettings(
                budget: .epochs(1), batch: 10, optimiser: .adamw, learningRate: 1e-3, weightDecay: 0,
                augmentation: .none, seed: seed))
    }

    private func lease() throws -> LeasedJob {
        try #require(try work.store.claim(upTo: 1, as: "w", lease: .seconds(60)).first)
    }

    private func finish(_ wish: TrainJob) throws {
        let training = NewTraining(
            key: try wish.trainingKey(), architecture: "lenet5", dataset: work.fingerprint, settings: "{}",
            report: "{}")
        let model = NewModel(
            name: wish.name, onnx: Data([7]), preprocessing: "{}", dataset: nil, inputChannels: 1, inputHeight: 1,
            inputWidth: 1, classes: 2, parameters: 0, reference: nil, layers: [])
        try work.store.finish(lease()) { writer throws(StoreError) in try writer.insert(training, of: model) }
    }

    @Test func theSameTrainingTwiceIsOneHeavyJob() throws {
        let job = try scheduler.enqueue(wish())
        #expect(try scheduler.enqueue(wish()) == job)
        #expect(try scheduler.enqueue(wish(name: "other", seed: 1)) != job)
        let record = try work.store.job(job)
        #expect(record.resourceClass == .heavy && record.model == nil && record.kind == TrainJob.kind)
    }

    @Test func namesOfOtherModelsAreRefused() throws {
        #expect(throws: SchedulerError.nameTaken("lenet")) {
            try scheduler.enqueue(wish(name: "lenet"))
        }
        let job = try scheduler.enqueue(wish())
        let refusal = SchedulerError.nameAwaited("net", by: job)
        #expect(throws: refusal) { try scheduler.enqueue(wish(seed: 1)) }
        #expect(refusal.description.hasSuffix("centroid cancel \(job)"))
        try work.store.cancel(JobFilter(ids: [job]))
        try scheduler.enqueue(wish(seed: 1))
    }

    @Test func jobsOfAnotherVersionAreNotInTheWay() throws {
        try work.store.enqueue([NewJob(kind: TrainJob.kind, key: "train/other", payload: #"{"words":1}"#)])
        let job = try scheduler.enqueue(wish())
        #expect(try work.store.job(job).state == .ready)
    }

    @Test func aDeadTrainingGetsAnotherChanceAndADoneOneStaysDone() throws {
        let job = try scheduler.enqueue(wish())
        try work.store.fail(try lease(), error: "broke", retryable: false)
        #expect(try work.store.job(job).state == .dead)
        try scheduler.enqueue(wish())
        #expect(try work.store.job(job).state == .ready)
        try finish(wish())
        try scheduler.enqueue(wish())
        #expect(try work.store.job(job).state == .done)
    }

    @Test func aModelThatWasRemovedIsTrainedAgain() throws {
        try scheduler.enqueue(wish())
        try finish(wish())
        try work.store.removeModel(named: "net")
        #expect(try work.store.job(scheduler.enqueue(wish())).state == .ready)
    }
}
