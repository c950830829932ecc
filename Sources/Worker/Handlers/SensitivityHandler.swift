internal import Network
internal import Scheduler
internal import Store

/// Foretells from gradients what each approximation of a selection would do alone, on all cores.
struct SensitivityHandler: JobHandler {
    let workshop: Workshop
    var kind: JobKind { SensitivityJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: SensitivityJob.self)
        let model = try workshop.model(of: job)
        let images = try workshop.images(payload.images.dataset, .calibration)
        guard payload.images.images <= images.count else {
            throw JobFailure("there are \(images.count) calibration images, not \(payload.images.images)")
        }
        let fits = try workshop.store.approximations(try payload.fits.filter(model: model.record.id)).map(\.record)
        let byLayer = model.layers.map { layer in fits.filter { $0.fit.layer == layer.id } }
        let divergences = try SecondOrderSensitivity(
            of: model.runner.graph, preprocessing: model.runner.preprocessing, threads: context.threads,
            seed: payload.seed
        ).divergences(
            of: byLayer.map { $0.map(\.fit.approximation) }, on: images, 0..<payload.images.images,
            checkpoint: context.check)
        let results = zip(byLayer.joined(), divergences.joined()).compactMap { fit, divergence in
            // What leaves the range of numbers has no forecast.
            divergence.isFinite
                ? Sensitivity(
                    approximation: fit.id, dataset: payload.images.dataset, images: payload.images.images,
                    seed: payload.seed, divergence: divergence) : nil
        }
        return JobResult(images: payload.images.images) { writer throws(StoreError) in
            for result in results { try writer.insert(result) }
        }
    }
}
