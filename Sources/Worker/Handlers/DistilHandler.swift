internal import Approx
internal import Foundation
internal import Network
internal import Scheduler
internal import Store

/// Trains a plan's network towards the original one, on all cores. An interrupted attempt leaves the state of the
/// training.
struct DistilHandler: JobHandler {
    let workshop: Workshop
    var kind: JobKind { DistilJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: DistilJob.self)
        let model = try workshop.model(of: job)
        let start = try workshop.plan(payload.start, of: model)
        let approximations = start.approximations.compactMap(\.self)
        guard approximations.count == model.layers.count else {
            throw JobFailure("the plan \(start.record.name) keeps activations, and only polynomials can be trained")
        }
        let degrees = try start.record.approximations.compactMap(\.self).map {
            try workshop.store.approximation($0).fit.degree
        }
        let images = try workshop.images(payload.images.dataset, .calibration)
        guard payload.images.images <= images.count else {
            throw JobFailure("there are \(images.count) images to train on, not \(payload.images.images)")
        }
        let chosen = images.prefix(payload.images.images)
        func distillation(from state: Data?) throws -> Distillation {
            try Distillation(
                of: model.runner.graph, into: start.runner.graph, approximations, settings: payload.settings,
                images: chosen, preprocessing: model.runner.preprocessing, threads: context.threads, state: state
            ) { try context.check(0) }
        }
        let resumed = try context.resume { state in
            do {
                return try distillation(from: state)
            } catch TrainingError.damagedCheckpoint, TrainingError.foreignCheckpoint {
                // Of another version: what it has learnt is lost, the job is not.
                return nil
            }
        }
        let training = try resumed ?? distillation(from: nil)
        while training.steps < training.totalSteps {
            try training.step { try context.check(0) }
            try context.save(progress: Double(training.steps) / Double(training.totalSteps)) { try training.state() }
        }
        let plan = try RefittedPlan(
            training.finish { try context.check(0) }, degrees: degrees, of: model, by: payload)
        return JobResult(images: training.totalSteps * training.batchSize) { writer throws(StoreError) in
            try writer.insert(plan.plan, with: plan.approximations)
        }
    }
}
