import Approx
import Foundation
import Network
import Scheduler
import Store
import Testing
import Worker

/// Networks of quadratics that are trained with labels, as jobs, on the built-in digits and the network that the project
/// ships.
@Suite struct RetrainJobTests {
    private func made(interrupted: Bool = false) throws -> DigitsStore {
        let digits = try DigitsStore()
        try Scheduler(digits.store).enqueue(digits.retrained(), for: digits.model)
        if interrupted {
            try digits.work(interrupting: RetrainJob.kind, from: 0.6)
        } else {
            try digits.work()
        }
        #expect(try digits.store.jobs(JobFilter(states: [.dead])).map(\.lastError) == [])
        return digits
    }

    @Test func plansEvaluateAsTheTrainedNetworksDo() throws {
        let digits = try made(), store = digits.store
        let settings = try #require(digits.retrained().networks?.retraining)
        let validation = try digits.dataset.images(of: .validation)
        let original = try NetworkRunner(graph: digits.graph, preprocessing: digits.preprocessing)
            .predict(validation, 0..<200) { _ in }
        for (name, start) in [("retrained", Retraining.Start.trainedWeights), ("from-scratch", .randomWeights)] {
            let plan = try store.plan(named: "\(name) degree 2", of: digits.model.id)
            #expect(plan.method == name && plan.levels == 4)
            for word in [#""steps":20"#, #""curve":[{"correct":"#, #""leftRange":0"#, #""epochs":"#] {
                #expect(plan.settings.contains(word), "\(word) in \(plan.settings)")
            }
            let training = try Retraining(
                of: digits.graph, from: start, settings: settings,
                images: digits.dataset.images(of: .calibration).prefix(640), preprocessing: digits.preprocessing,
                threads: 1
            ) {}
            while training.steps < training.totalSteps { try training.step() }
            let trained = try training.finish {}
            let wanted = try NetworkRunner(graph: trained.graph, preprocessing: digits.preprocessing)
                .evaluate(plan: trained.approximations, validation, 0..<200, original: original) { _ in }
            let found = try #require(try store.evaluations(of: .plan(plan.id), model: digits.model.id).first)
            #expect(try Predictions(decoding: store.predictions(of: found.id)) == wanted.predictions)
            #expect(found.correct == wanted.correct && found.escaped == wanted.escaped)
            #expect(try store.secondsBehind(job: "retrain/\(plan.key)") != nil)
        }
        // They are no candidates for a layer of the network as it is.
        #expect(try store.check { try Predictions(decoding: $0).count }.isEmpty)
    }

    @Test func aStoreWithInterruptedTrainingsHasTheDigestOfAnUndisturbedOne() throws {
        let digits = try made(interrupted: true)
        for job in try digits.store.jobs(JobFilter(kinds: [RetrainJob.kind])) {
            #expect(try digits.store.attempts(of: job.id).map(\.outcome) == [.released, .done])
            #expect(try digits.store.progress(of: job.id) == nil)
        }
        let undisturbed = try made()
        #expect(try digits.store.digest() == undisturbed.store.digest())
    }

    @Test func aStateThatCannotBeReadIsNoReasonToFail() throws {
        let digits = try DigitsStore()
        try Scheduler(digits.store).enqueue(digits.retrained([.retrained]), for: digits.model)
        let first = try #require(
            try digits.store.claim(upTo: 1, as: "w", lease: .seconds(60), kinds: [RetrainJob.kind]).first)
        try digits.store.save(JobProgress(state: Data([1, 2, 3]), share: 0.5, seconds: 1), of: first)
        try digits.store.release([first])
        try digits.work()
        #expect(try digits.store.job(first.id).state == .done)
    }

    @Test func trainingThatBlowsUpFailsForGoodAndSaysWhatToDo() throws {
        let digits = try DigitsStore()
        var request = try digits.retrained([.fromScratch])
        request.networks?.fromScratch?.optimiser = .sgd
        request.networks?.fromScratch?.learningRate = 1e30
        try Scheduler(digits.store).enqueue(request, for: digits.model)
        try digits.work()
        let job = try #require(try digits.store.jobs(JobFilter(kinds: [RetrainJob.kind])).first)
        #expect(job.state == .dead && job.attemptsMade == 1)
        #expect(job.lastError?.contains("another --seed") == true, "\(job.lastError ?? "")")
    }
}
