internal import Approx
internal import Network
internal import Scheduler
internal import Store

/// Trains a network of quadratics with labels, on all cores. An interrupted attempt leaves the state of the training.
struct RetrainHandler: JobHandler {
    let workshop: Workshop
    var kind: JobKind { RetrainJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: RetrainJob.self)
        let model = try workshop.model(of: job)
        let start: Retraining.Start
        switch payload.method {
        case .retrained: start = .trainedWeights
        case .fromScratch: start = .randomWeights
        case .guided, .distilled: throw JobFailure("\(payload.method.rawValue) is no method that uses labels")
        }
        let images = try workshop.trainingImages(payload.images)
        let training = try context.finished { state in
            try Retraining(
                of: model.runner.graph, from: start, settings: payload.settings, images: images,
                preprocessing: model.runner.preprocessing, threads: context.threads, state: state
            ) { try context.check(0) }
        }
        let plan = try RefittedPlan(training.finish { try context.check(0) }, of: model, by: payload)
        return JobResult(images: training.totalSteps * training.batchSize) { writer throws(StoreError) in
            try writer.insert(plan.plan, with: plan.approximations)
        }
    }
}
