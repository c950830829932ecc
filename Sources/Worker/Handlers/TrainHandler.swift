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
        let captured = payload.capturedImages?.ranges ?? []
        if let wish = payload.capturedImages, wish.images > images.count {
            throw JobFailure("there are \(images.count) images to capture, not \(wish.images)")
        }
        let validation = try workshop.images(payload.images.dataset, .validation)
        let preprocessing = Preprocessing(measuredOn: images)
        let blueprint = try architecture.blueprint(input: images.shape, classes: payload.classes)
        let training = try context.finished { state in
            try SupervisedTraining(
                of: blueprint, settings: payload.settings, images: images, validation: validation,
                preprocessing: preprocessing, threads: context.threads,
                capturedPoints: payload.captures?.epochs ?? 0, capturedRanges: captured, state: state
            ) { try context.check(0) }
        }
        let network = try TrainedNetwork(
            training.network(), by: payload, preprocessing: preprocessing, training: training, on: images,
            test: workshop.images(payload.images.dataset, .test), threads: context.threads)
        return JobResult(images: training.totalSteps * payload.settings.batch) { writer throws(StoreError) in
            let model = try writer.insert(network.training, of: network.model)
            for (range, layers) in zip(captured, network.shards) {
                try writer.insert(
                    layers, ofLayersOf: model, dataset: payload.images.dataset, split: .calibration, range: range)
            }
        }
    }
}
