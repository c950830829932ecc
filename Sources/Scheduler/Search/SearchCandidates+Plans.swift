internal import Approx
package import Store

extension SearchCandidates {
    /// The job that makes a plan, and the plan's key.
    struct PlannedTrial {
        /// What the job starts from.
        var before: [NewJob] = []
        let job: NewJob
        let planKey: String

        var jobs: [NewJob] { before + [job] }
    }

    /// Jobs of a search that make a trial or evaluate it. A plan whose jobs fail is a result: it agrees nowhere.
    package static let trialKinds: Set<JobKind> = [
        ReconstructJob.kind, DistilJob.kind, ChoosePlanJob.kind, EvaluatePlanJob.kind,
    ]

    /// - Parameter isFinal: Made as finalists are.
    func trial(_ choices: [Int], isFinal: Bool = false) throws(StoreError) -> PlannedTrial {
        let degrees = degrees(of: choices)
        guard let refit = isFinal ? wish.finalRefit : wish.refit else {
            let job = ChoosePlanJob(
                model: model.identity,
                rule: .assigned(
                    zip(candidates, choices).map { .init(fitter: $0[$1].fitter, degree: $0[$1].degree) }),
                fits: wish.fits, images: nil)
            return PlannedTrial(
                job: try NewJob(
                    job, .choosePlan, of: model.id, settingsHash: try CanonicalJSON.hash(of: wish.fits.settings)),
                planKey: try job.planKey())
        }
        let network = NetworkWish(
            name: LayerDegrees(degrees, stream: []).name,
            guided: GuidedSettings(degrees: degrees, layers: refit.layers, rows: refit.rows, seed: wish.goal.seed))
        let job = ReconstructJob(
            model: model.identity, wish: network,
            calibration: Calibration(dataset: wish.images.dataset, images: refit.images))
        let key = try job.planKey()
        let reconstruction = try NewJob(job, .reconstruct, of: model.id, settingsHash: key)
        guard let tuning = (isFinal ? wish.finalFineTuning : nil) ?? wish.fineTuning else {
            return PlannedTrial(job: reconstruction, planKey: key)
        }
        let training = DistilJob(
            model: model.identity, wish: network, start: key, settings: tuning.settings, images: tuning.images)
        let trainedKey = try training.planKey()
        return PlannedTrial(
            before: [reconstruction],
            job: try NewJob(
                training, .distil, of: model.id, after: [.init(on: reconstruction.key, .completion)],
                settingsHash: trainedKey),
            planKey: trainedKey)
    }

    /// What makes and evaluates a plan as a trial is, or as a finalist.
    ///
    /// - Parameter isFinal: With the images of finalists, refitted and trained as they are.
    package func jobs(of choices: [Int], isFinal: Bool = false) throws(StoreError) -> [NewJob] {
        let trial = try trial(choices, isFinal: isFinal)
        return trial.jobs + [
            try evaluation(of: trial, on: isFinal ? wish.finalImages : wish.images, .evaluatePlan)
        ]
    }

    /// A plan that cannot be made fails its evaluation, too: what only waited for it would keep the search waiting.
    ///
    /// - Parameter originals: Keys of jobs that must have succeeded.
    func evaluation(
        of trial: PlannedTrial, on images: ImageSelection, _ jobClass: JobClass, after originals: [String] = []
    ) throws(StoreError) -> NewJob {
        try NewJob(
            EvaluatePlanJob(model: model.identity, plan: trial.planKey, images: images), jobClass, of: model.id,
            after: [.init(on: trial.job.key, .completion)] + originals.map { .init(on: $0, .success) })
    }

    /// How a plan did; nil if it was not made or not evaluated.
    package struct Result: Sendable {
        package let plan: PlanRecord
        package let evaluation: EvaluationRecord
        /// Of the jobs that made and evaluated it.
        package let seconds: Double
    }

    /// What became of a trial, or of a finalist.
    package func result(
        of choices: [Int], isFinal: Bool = false, in store: Store
    ) throws(StoreError) -> Result? {
        let trial = try trial(choices, isFinal: isFinal)
        let images = (isFinal ? wish.finalImages : wish.images).evaluationImages
        guard let plan = try store.plan(key: trial.planKey, of: model.id),
            let evaluation = try store.evaluation(of: .plan(plan.id), model: model.id, on: images)
        else { return nil }
        let preparation =
            trial.job.kind == ChoosePlanJob.kind ? 0 : try store.secondsBehind(job: trial.job.key) ?? 0
        return Result(plan: plan, evaluation: evaluation, seconds: preparation + (evaluation.seconds ?? 0))
    }
}
