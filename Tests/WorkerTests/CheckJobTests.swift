import Encryption
import Foundation
import Network
import Scheduler
import Store
import Testing
import Worker

/// Checks of plans as jobs, on the built-in digits and the network that the project ships.
@Suite struct CheckJobTests {
    private func checked(interrupted: Bool) throws -> (digits: DigitsStore, job: JobRecord, check: CheckRecord) {
        let digits = try DigitsStore()
        let scheduler = Scheduler(digits.store)
        try scheduler.enqueue(try digits.guided(degree: 2), for: digits.model)
        try digits.work()
        let plan = try digits.store.plan(named: "guided degree 2", of: digits.model.id)
        let wish = CheckJob(
            model: digits.model.identity, plan: plan.key,
            images: ImageSelection(dataset: digits.dataset.fingerprint, split: .validation, images: 20),
            mode: .simulated, seed: 3, memoryLimit: 3 << 30)
        let id = try scheduler.enqueue(wish, of: plan)
        if interrupted {
            try digits.work(interrupting: CheckJob.kind, from: 0.6)
        } else {
            try digits.work()
        }
        return (
            digits, try digits.store.job(id), try #require(try digits.store.check(key: wish.checkKey(), of: plan.id))
        )
    }

    @Test func aCheckIsKeptWithItsCircuitAndWhatItTook() throws {
        let (digits, job, check) = try checked(interrupted: false)
        #expect(job.state == .done && job.resourceClass == .heavy)
        let report = try CanonicalJSON.value(CheckReport.self, from: check.report, of: "report")
        #expect(report.stages.map(\.stage) == [.original, .polynomial, .circuit, .simulated])
        #expect(report.stages.allSatisfy { $0.agreeingWithPolynomial <= 20 && $0.classes.count == 20 })
        let run = try CanonicalJSON.value(CheckRun.self, from: check.run, of: "run")
        #expect(run.circuit.levels == 9 && run.times.evaluation > 0 && run.library == nil)
        #expect(try digits.store.check { try Predictions(decoding: $0).count }.isEmpty)
    }

    @Test func aStoreWithAnInterruptedCheckHasTheDigestOfAnUndisturbedOne() throws {
        let (undisturbed, _, _) = try checked(interrupted: false)
        let (digits, job, _) = try checked(interrupted: true)
        #expect(try digits.store.attempts(of: job.id).map(\.outcome) == [.released, .done])
        #expect(try digits.store.progress(of: job.id) == nil)
        #expect(try digits.store.digest() == undisturbed.store.digest())
    }
}
