internal import Approx
internal import Store

extension SweepJobs {
    /// The jobs that make whole networks. They need no captures: each goes over the calibration images itself.
    @discardableResult
    mutating func addNetworks() throws(StoreError) -> [PlannedPlan] {
        guard let networks = request.networks else { return [] }
        var plans: [PlannedPlan] = []
        for method in networks.methods {
            for wish in networks.wishes {
                switch method {
                case .guided: plans.append(try addReconstruction(wish, calibration: networks.calibration))
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
        let key = try add(
            job, .reconstruct, degree: wish.degree, fitter: NetworkMethod.guided.rawValue, settingsHash: planKey)
        return PlannedPlan(key: key, planKey: planKey)
    }
}
