internal import Approx
internal import Store

/// The jobs of a sweep with their dependencies.
///
/// Fits need all their captures. What looks at fits only waits for their end: a fit that cannot be made, such as one
/// with coincident centroids, leaves the others to be evaluated and chosen from.
struct SweepJobs {
    let request: SweepRequest
    let model: ModelRecord
    private let layers: [LayerRecord]
    private let settingsHash: String
    private(set) var jobs: [NewJob] = []

    init(_ request: SweepRequest, model: ModelRecord, layers: [LayerRecord]) throws(StoreError) {
        self.request = request
        self.model = model
        self.layers = layers
        settingsHash = try CanonicalJSON.hash(of: request.fits.settings)
        let fits = request.fits.fitters.isEmpty ? [] : try addFits(after: addCaptures())
        guard let validation = request.validation else {
            try addNetworks()
            return
        }
        var plans: [PlannedPlan] = []
        let original = try add(EvaluateOriginalJob(model: model.identity, images: validation), .evaluateOriginal)
        if !fits.isEmpty {
            let evaluations = try addLayerEvaluations(on: validation, fits: fits, original: original)
            plans = try addPlans(on: validation, fits: fits, evaluations: evaluations)
        }
        plans += try addNetworks()
        try addPlanEvaluations(plans, on: validation, original: original, .evaluatePlan)
        guard let test = request.test else { return }
        let tested = try add(EvaluateOriginalJob(model: model.identity, images: test), .evaluateOriginal)
        try addPlanEvaluations(plans, on: test, original: tested, .test)
    }

    /// The key of a fit job, with what it fits.
    private struct PlannedFit {
        let key: String
        let job: FitJob
    }

    /// The key of a job that makes a plan, with the key of the plan.
    struct PlannedPlan {
        let key: String
        let planKey: String
    }

    private mutating func addCaptures() throws(StoreError) -> [String] {
        var keys: [String] = []
        let calibration = request.fits.calibration
        for range in calibration.ranges {
            keys.append(
                try add(CaptureJob(model: model.identity, dataset: calibration.dataset, range: range), .capture))
        }
        return keys
    }

    private mutating func addFits(after captures: [String]) throws(StoreError) -> [PlannedFit] {
        var fits: [PlannedFit] = []
        for layer in layers {
            for (fitter, degree) in request.fits.pairs {
                let fit = FitJob(
                    model: model.identity, layer: layer.position, degree: degree, fitter: fitter,
                    settings: request.fits.settings, calibration: request.fits.calibration)
                let key = try add(
                    fit, .fit, after: captures.map { .init(on: $0, .success) }, layer: layer,
                    degree: degree, fitter: fitter.rawValue)
                fits.append(PlannedFit(key: key, job: fit))
            }
        }
        return fits
    }

    private mutating func addLayerEvaluations(
        on images: ImageSelection, fits: [PlannedFit], original: String
    ) throws(StoreError) -> [String] {
        var keys: [String] = []
        for layer in layers {
            let needed = fits.filter { $0.job.layer == layer.position }
            keys.append(
                try add(
                    EvaluateLayerJob(
                        model: model.identity, layer: layer.position, fits: request.fits, images: images),
                    .evaluateLayer,
                    after: [.init(on: original, .success)] + needed.map { .init(on: $0.key, .completion) },
                    layer: layer))
        }
        return keys
    }

    private mutating func addPlans(
        on images: ImageSelection, fits: [PlannedFit], evaluations: [String]
    ) throws(StoreError) -> [PlannedPlan] {
        var plans: [PlannedPlan] = []
        for (fitter, degree) in request.fits.pairs {
            // Only what the rule looks at, so that sweeps that overlap share their uniform plans.
            let selection = request.fits.limited(to: fitter, degree)
            let choice = ChoosePlanJob(
                model: model.identity, rule: .uniform(fitter: fitter, degree: degree), fits: selection, images: nil)
            let needed = fits.filter { $0.job.fitter == fitter && $0.job.degree == degree }
            let key = try add(
                choice, .choosePlan, after: needed.map { .init(on: $0.key, .completion) }, degree: degree,
                fitter: fitter.rawValue)
            plans.append(PlannedPlan(key: key, planKey: try choice.planKey()))
        }
        let best = ChoosePlanJob(model: model.identity, rule: .lowestDrop, fits: request.fits, images: images)
        let key = try add(best, .choosePlan, after: evaluations.map { .init(on: $0, .completion) })
        return plans + [PlannedPlan(key: key, planKey: try best.planKey())]
    }

    private mutating func addPlanEvaluations(
        _ plans: [PlannedPlan], on images: ImageSelection, original: String, _ jobClass: JobClass
    ) throws(StoreError) {
        for plan in plans {
            try add(
                EvaluatePlanJob(model: model.identity, plan: plan.planKey, images: images), jobClass,
                after: [.init(on: plan.key, .success), .init(on: original, .success)])
        }
    }

    /// - Parameter settingsHash: What the settings of fits have, if nil.
    /// - Returns: The key of the job.
    @discardableResult
    mutating func add(
        _ payload: some JobPayload, _ jobClass: JobClass, after dependencies: [NewJob.Dependency] = [],
        layer: LayerRecord? = nil, degree: Degree? = nil, fitter: String? = nil, settingsHash: String? = nil
    ) throws(StoreError) -> String {
        let job = try NewJob(
            payload, jobClass, of: model.id, after: dependencies, layer: layer?.id, degree: degree, fitter: fitter,
            settingsHash: settingsHash ?? self.settingsHash)
        jobs.append(job)
        return job.key
    }
}
