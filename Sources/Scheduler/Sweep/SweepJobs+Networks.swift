internal import Approx
internal import Store

extension SweepJobs {
    /// The jobs that make whole networks. They need no captures: each goes over the calibration images itself.
    @discardableResult
    mutating func addNetworks() throws(StoreError) -> [PlannedPlan] {
        guard let networks = request.networks else { return [] }
        var plans: [PlannedPlan] = []
        for method in networks.methods {
            for wish in networks.wishes where method.accepts(wish) {
                switch method {
                case .guided: plans.append(try addReconstruction(wish, calibration: networks.calibration))
                case .distilled:
                    if let plan = try addDistillation(wish, networks) { plans.append(plan) }
                case .retrained, .fromScratch:
                    if let plan = try addRetraining(method, wish, networks) { plans.append(plan) }
                }
            }
        }
        return plans
    }

    private mutating func addReconstruction(
        _ wish: NetworkWish, calibration: Calibration
    ) throws(StoreError) -> PlannedPlan {
        let job = ReconstructJob(model: model.identity, wish: wish, calibration: calibration)
        let planKey = try job.planKey()
        // A distillation may have asked for it, too.
        if let known = jobs.first(where: { $0.settingsHash == planKey }) {
            return PlannedPlan(key: known.key, planKey: planKey)
        }
        let key = try add(
            job, .reconstruct, degree: wish.degree, fitter: NetworkMethod.guided.rawValue, settingsHash: planKey)
        return PlannedPlan(key: key, planKey: planKey)
    }

    /// - Returns: Nil where the selection says nothing about distillation.
    private mutating func addDistillation(
        _ wish: NetworkWish, _ networks: NetworkSelection
    ) throws(StoreError) -> PlannedPlan? {
        guard let settings = networks.distillation, let images = networks.trainingImages else { return nil }
        let start = try addReconstruction(wish, calibration: networks.calibration)
        let job = DistilJob(
            model: model.identity, wish: wish, start: start.planKey, settings: settings, images: images)
        let planKey = try job.planKey()
        let key = try add(
            job, .distil, after: [.init(on: start.key, .success)], degree: wish.degree,
            fitter: NetworkMethod.distilled.rawValue, settingsHash: planKey)
        return PlannedPlan(key: key, planKey: planKey)
    }

    /// - Returns: Nil where the selection says nothing about this method.
    private mutating func addRetraining(
        _ method: NetworkMethod, _ wish: NetworkWish, _ networks: NetworkSelection
    ) throws(StoreError) -> PlannedPlan? {
        guard let settings = networks.settings(of: method), let images = networks.trainingImages else { return nil }
        let job = RetrainJob(
            model: model.identity, name: "\(method.rawValue) \(wish.name)", method: method, settings: settings,
            images: images)
        let planKey = try job.planKey()
        let key = try add(job, .retrain, degree: wish.degree, fitter: method.rawValue, settingsHash: planKey)
        return PlannedPlan(key: key, planKey: planKey)
    }
}
