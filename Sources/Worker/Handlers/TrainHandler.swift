internal import Approx
internal import Foundation
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
        let images = try workshop.images(payload.images.dataset, .calibration)
        guard payload.images.images <= images.count else {
            throw JobFailure("there are \(images.count) images to train on, not \(payload.images.images)")
        }
        let chosen = images.prefix(payload.images.images)
        let validation = try workshop.images(payload.images.dataset, .validation)
        let preprocessing = Preprocessing(measuredOn: chosen)
        func supervised(from state: Data?) throws -> SupervisedTraining {
            try SupervisedTraining(
                of: architecture.blueprint(input: images.shape, classes: payload.classes),
                settings: payload.settings, images: chosen, validation: validation, preprocessing: preprocessing,
                threads: context.threads, state: state
            ) { try context.check(0) }
        }
        let resumed = try context.resume { state in
            do {
                return try supervised(from: state)
            } catch TrainingError.damagedCheckpoint, TrainingError.foreignCheckpoint {
                // Of another version: what it has learnt is lost, the job is not.
                return nil
            }
        }
        let training = try resumed ?? supervised(from: nil)
        while training.steps < training.totalSteps {
            try training.step { try context.check(0) }
            try context.save(progress: Double(training.steps) / Double(training.totalSteps)) { try training.state() }
        }
        let network = try TrainedNetwork(
            training.network(), by: payload, preprocessing: preprocessing, curve: training.curve,
            test: workshop.images(payload.images.dataset, .test), threads: context.threads)
        return JobResult(images: training.totalSteps * payload.settings.batch) { writer throws(StoreError) in
            try writer.insert(network.training, of: network.model)
        }
    }
}
