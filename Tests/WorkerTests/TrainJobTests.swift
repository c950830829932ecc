import Approx
import Foundation
import Network
import Scheduler
import Store
import Testing
import Worker

/// Networks trained from scratch as jobs, on the built-in digits.
@Suite struct TrainJobTests {
    private func wish(_ digits: DigitsStore) -> TrainJob {
        TrainJob(
            architecture: "lenet5", name: "net",
            images: Calibration(dataset: digits.dataset.fingerprint, images: 2560), datasetName: "digits", classes: 10,
            settings: SupervisedSettings(
                budget: .epochs(2), batch: 128, optimiser: .adamw, learningRate: 4e-3, weightDecay: 1e-2,
                augmentation: .none))
    }

    private func trained(
        interrupted: Bool = false, captures: LateCaptures? = nil
    ) throws -> (digits: DigitsStore, job: JobRecord, training: TrainingRecord) {
        let digits = try DigitsStore()
        var wish = wish(digits)
        wish.captures = captures
        let id = try Scheduler(digits.store).enqueue(wish)
        if interrupted {
            try digits.work(interrupting: TrainJob.kind, from: 0.6)
        } else {
            try digits.work()
        }
        let job = try digits.store.job(id)
        #expect(job.state == .done, "\(job.lastError ?? "")")
        return (digits, job, try #require(try digits.store.training(key: wish.trainingKey())))
    }

    @Test func theModelDoesWhatItsReportSays() throws {
        let (digits, job, training) = try trained()
        let model = try digits.store.model(training.model)
        #expect(model.name == "net" && model.dataset == "digits" && job.model == model.id)
        let report = try CanonicalJSON.value(TrainingReport.self, from: training.report, of: "report")
        #expect(report.curve.map(\.steps) == [20, 40] && report.testImages == digits.dataset.testCount)
        let graph = try ONNXImporter.graph(from: digits.store.onnx(of: model.id))
        let preprocessing = try CanonicalJSON.value(
            Preprocessing.self, from: model.preprocessing, of: "preprocessing")
        let runner = try NetworkRunner(graph: graph, preprocessing: preprocessing)
        let validation = try digits.dataset.images(of: .validation)
        let test = try digits.dataset.images(of: .test)
        #expect(
            try runner.predict(validation, 0..<validation.count) { _ in }.correct(validation.labels)
                == report.curve.last?.validationCorrect)
        let correct = try runner.predict(test, 0..<test.count) { _ in }.correct(test.labels)
        #expect(correct == report.testCorrect)
        #expect(model.reference == ReferenceCount(correct: correct, images: test.count))
        #expect(try digits.store.layers(of: model.id).map(\.name) == graph.sites.map(\.name))
        #expect(try digits.store.check { try Predictions(decoding: $0).count }.isEmpty)
    }

    @Test func aStoreWithAnInterruptedTrainingHasTheDigestOfAnUndisturbedOne() throws {
        let undisturbed = try trained()
        let (digits, job, _) = try trained(interrupted: true)
        #expect(try digits.store.attempts(of: job.id).map(\.outcome) == [.released, .done])
        #expect(try digits.store.progress(of: job.id) == nil)
        #expect(try digits.store.digest() == undisturbed.digits.store.digest())
    }

    @Test func shardsOfATrainingAreThoseOfCaptures() throws {
        let (digits, _, training) = try trained(captures: LateCaptures(epochs: 2, images: 700))
        let store = digits.store, model = try store.model(training.model)
        // Looking makes no other network.
        let plain = try trained()
        #expect(try store.onnx(of: model.id) == plain.digits.store.onnx(of: plain.training.model))
        let report = try CanonicalJSON.value(TrainingReport.self, from: training.report, of: "report")
        #expect(report.drift?.map(\.steps) == [20])
        let layers = try #require(report.drift?.first?.layers)
        #expect(layers.count == 4 && layers.allSatisfy { ($0.statistics?.transport ?? 0) > 0 && $0.errors != nil })
        let plainReport = try CanonicalJSON.value(TrainingReport.self, from: plain.training.report, of: "report")
        #expect(plainReport.drift == nil)

        let runner = try NetworkRunner(
            graph: ONNXImporter.graph(from: store.onnx(of: model.id)),
            preprocessing: CanonicalJSON.value(Preprocessing.self, from: model.preprocessing, of: "preprocessing"))
        let images = try digits.dataset.images(of: .calibration)
        for range in [0..<500, 500..<700] {
            let wanted = try runner.capture(images, range) { _ in }
            for (layer, wanted) in zip(try store.layers(of: model.id), wanted) {
                let shards = try store.shards(
                    of: layer.id, dataset: digits.dataset.fingerprint, split: .calibration, ranges: [range])
                #expect(shards.map(\.statistics) == [wanted.encoded()])
            }
        }
        #expect(try store.check { try Predictions(decoding: $0).count }.isEmpty)

        // A sweep finds them, and makes what is missing.
        let request = SweepRequest(
            degrees: [try Degree(2)], fitters: [.leastSquares], settings: FitSettings(),
            dataset: digits.dataset.fingerprint, calibrationImages: 1000, validationImages: nil, testImages: nil)
        try Scheduler(store).enqueue(request, for: model)
        try digits.work()
        #expect(try store.jobs(JobFilter(states: [.dead])).map(\.lastError) == [])
        let layer = try #require(store.layers(of: model.id).first)
        let ranges = try store.shardRanges(of: layer.id, dataset: digits.dataset.fingerprint, split: .calibration)
        #expect(ranges == [0..<500, 500..<700, 500..<1000])
    }

    @Test func anInterruptedTrainingWithCapturesComesToTheSame() throws {
        let captures = LateCaptures(epochs: 2, images: 600)
        let interrupted = try trained(interrupted: true, captures: captures).digits
        let undisturbed = try trained(captures: captures).digits
        #expect(try interrupted.store.digest() == undisturbed.store.digest())
    }

    @Test func aStateThatCannotBeReadIsNoReasonToFail() throws {
        let digits = try DigitsStore()
        let id = try Scheduler(digits.store).enqueue(wish(digits))
        let first = try #require(try digits.store.claim(upTo: 1, as: "w", lease: .seconds(60)).first)
        try digits.store.save(JobProgress(state: Data([1, 2, 3]), share: 0.5, seconds: 1), of: first)
        try digits.store.release([first])
        try digits.work()
        #expect(try digits.store.job(id).state == .done)
    }

    @Test func trainingThatBlowsUpFailsForGoodAndSaysWhatToDo() throws {
        let digits = try DigitsStore()
        var wish = wish(digits)
        wish.settings.learningRate = 1e20
        let id = try Scheduler(digits.store).enqueue(wish)
        try digits.work()
        let job = try digits.store.job(id)
        #expect(job.state == .dead && job.attemptsMade == 1)
        #expect(job.lastError?.contains("lower --learning-rate") == true, "\(job.lastError ?? "")")
        #expect(try digits.store.models().count == 1)
    }
}
