internal import Approx
internal import Scheduler
internal import Store

/// Fits one degree to one layer from its shards.
struct FitHandler: JobHandler {
    let workshop: Workshop
    var kind: JobKind { FitJob.kind }

    func run(_ job: LeasedJob, in context: JobContext) throws -> JobResult {
        let payload = try job.payload(as: FitJob.self)
        guard let model = job.model, let layer = try workshop.layer(payload.layer, of: model) else {
            throw JobFailure("there is no layer \(payload.layer) in the model of job \(job.id)")
        }
        let statistics = try workshop.statistics(of: layer, payload.calibration)
        try context.check(0)
        let fits = try ImpossibleFit.marking {
            try payload.fitter.fit(
                statistics, of: layer.activation, degrees: [payload.degree], settings: payload.settings)
        }
        let settings = try CanonicalJSON.text(of: payload.settings)
        let settingsHash = try CanonicalJSON.hash(of: payload.settings)
        let results = fits.map { fit in
            NewApproximation(
                model: model,
                layer: layer.id,
                degree: fit.degree,
                fitter: payload.fitter.rawValue,
                settingsHash: settingsHash,
                settings: settings,
                calibrationDataset: payload.calibration.dataset,
                calibrationImages: payload.calibration.images,
                approximation: fit.approximation,
                range: fit.range,
                rootMeanSquareError: fit.rootMeanSquareError,
                maximumError: fit.maximumError,
                inertia: fit.inertia,
                levels: LevelCost.levels(of: fit.approximation, degree: fit.degree),
                fallbackChannels: fit.fallbackChannels
            )
        }
        return JobResult { writer throws(StoreError) in
            for result in results { try writer.insert(result) }
        }
    }
}
