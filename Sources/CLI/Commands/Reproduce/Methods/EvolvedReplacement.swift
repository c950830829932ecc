internal import ArgumentParser
internal import Scheduler
internal import Store

/// NAS: plans of degrees 2 and 4 layer by layer, searched generation by generation (as Ao and Boddeti 2024 do).
///
/// The plan is the one of the best agreement on validation images, made again with all images; tests are for it alone.
struct EvolvedReplacement: ReproducedMethod {
    var column: PaperMethod { .architectureSearch }

    func name(with effort: ReproductionEffort) -> String {
        "evolutionary, degrees 2 and 4, \(effort.population) plans x \(effort.generations)"
    }

    func make(for network: ReproducedNetwork, in store: Store, finish: (SweepID) throws -> Void) throws {
        let wish = try wish(for: network, in: store)
        let sweep = try Scheduler(store).enqueue(wish, for: network.model).sweep
        try finish(sweep)
        let step = try lastStep(of: wish, sweep, network, in: store)
        if let test = try Scheduler(store).enqueueTest(of: step, on: network.test) { try finish(test) }
    }

    func plan(for network: ReproducedNetwork, in store: Store) throws -> ReproducedPlan? {
        let wish = try wish(for: network, in: store)
        guard let sweep = try Scheduler(store).sweep(of: wish, for: network.model),
            try store.jobCounts(JobFilter(sweep: sweep)).isSettled
        else { return nil }
        let step: SearchStep
        do {
            step = try lastStep(of: wish, sweep, network, in: store)
        } catch SchedulerError.search {
            // No fit of some layer could be made.
            return nil
        }
        guard let best = step.finalists.first,
            let made = try step.candidates.result(of: best, isFinal: true, in: store),
            let test = try store.evaluation(
                of: .plan(made.plan.id), model: network.model.id, on: network.test.evaluationImages)
        else { return nil }
        // All that the search has looked at, and what made its best plan again.
        let search = try Scheduler(store).secondsBehind(step)
        return ReproducedPlan(
            plan: made.plan, test: test, preparationSeconds: search.map { $0 + made.seconds },
            networksTried: step.trials.count + 1)
    }

    /// As `centroid search` has it.
    private func wish(for network: ReproducedNetwork, in store: Store) throws -> SearchWish {
        let effort = network.effort
        let options = try SearchOptions.parse([
            network.model.name, "--pareto", "--strategy", "evolutionary", "--degrees", "2,4",
            "--population", "\(effort.population)", "--generations", "\(effort.generations)",
            "--images", "\(min(effort.searchImages, network.validationImages))",
            "--refit-images", "\(min(effort.searchImages, network.calibrationImages))",
            "--final-images", "\(min(effort.guidedImages, network.calibrationImages))", "--finalists", "1",
        ])
        return try options.wish(for: network.model, in: store)
    }

    private func lastStep(
        of wish: SearchWish, _ sweep: SweepID, _ network: ReproducedNetwork, in store: Store
    ) throws -> SearchStep {
        let candidates = try SearchCandidates(wish, of: network.model, graph: network.graph, in: store)
        return try Scheduler(store).lastStep(of: wish, candidates, sweep: sweep)
    }
}
