internal import Approx
internal import Network
internal import Scheduler
internal import Store

/// Trains a network from random weights, on all cores, and adds it to the models. An interrupted attempt leaves the state
/// of the training.
struct TrainHandler: JobHandler {
    let workshop: Workshop
    var kind: JobKind { TrainJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: TrainJob.self)
        guard let architecture = Architecture(rawValue: payload.architecture) else {
            throw JobFailure("this version knows no architecture \(payload.architecture)")
        }
        let images = try workshop.trainingImages(payload.images)
        let validation = try workshop.images(payload.images.dataset, .validation)
        let preprocessing = Preprocessing(measuredOn: images)
        let blueprint = try architecture.blueprint(input: images.shape, classes: payload.classes)
        let training = try context.finished { state in
            try SupervisedTraining(
                of: blueprint, settings: payload.settings, images: images, validation: validation,
                preprocessing: preprocessing, threads: context.threads, state: state
            ) { try context.check(0) }
        }
        let network = try TrainedNetwork(
            training.network(), by: payload, preprocessing: preprocessing, curve: training.curve,
            test: workshop.images(payload.images.dataset, .test), threads: context.threads)
        return JobResult(images: training.totalSteps * payload.settings.batch) { writer throws(StoreError) in
            try writer.insert(network.training, of: network.model)
        }
    }
}
