internal import Approx
internal import Scheduler
internal import Store

/// A method whose plan is the only one of a sweep.
protocol SweptMethod: ReproducedMethod {
    func request(for network: ReproducedNetwork) throws -> SweepRequest
}

extension SweptMethod {
    func make(for network: ReproducedNetwork, in store: Store, finish: (SweepID) throws -> Void) throws {
        try finish(Scheduler(store).enqueueTest(of: request(for: network), for: network.model))
    }

    func plan(for network: ReproducedNetwork, in store: Store) throws -> ReproducedPlan? {
        guard let key = try Scheduler(store).testedPlan(of: request(for: network), for: network.model),
            let plan = try store.plan(key: key, of: network.model.id),
            let test = try store.evaluation(
                of: .plan(plan.id), model: network.model.id, on: network.test.evaluationImages)
        else { return nil }
        return ReproducedPlan(
            plan: plan, test: test, preparationSeconds: try PlanJobs.seconds(of: plan, in: store),
            networksTried: networksTried)
    }
}

extension SweepRequest {
    /// Fits by one fitter, and the plan that has them everywhere.
    init(_ fitter: FitterKind, degrees: [Degree] = [], precisions: [Int] = [], for network: ReproducedNetwork) {
        self.init(
            degrees: degrees, fitters: [fitter], settings: FitSettings(), dataset: network.dataset,
            calibrationImages: network.calibration(network.effort.fittedImages).images, precisions: precisions,
            validationImages: network.validationImages, testImages: network.testImages)
    }

    /// One whole network.
    init(_ networks: NetworkSelection, for network: ReproducedNetwork) {
        self.init(
            degrees: [], fitters: [], settings: FitSettings(), dataset: network.dataset,
            calibrationImages: networks.calibration.images, networks: networks,
            validationImages: network.validationImages, testImages: network.testImages)
    }
}

extension NetworkWish {
    /// One degree everywhere.
    init(_ degree: Degree, for network: ReproducedNetwork) {
        let degrees = LayerDegrees(degree, layers: network.graph.layerCount)
        self.init(name: degrees.name, guided: GuidedSettings(degrees: degrees.degrees))
    }
}
