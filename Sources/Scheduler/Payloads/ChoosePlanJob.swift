package import Approx
package import Store

/// Makes a plan out of the approximations of a sweep.
package struct ChoosePlanJob: PlanJob {
    package static let kind: JobKind = "choose-plan"

    /// How a plan picks for each layer.
    package enum Rule: Codable, Hashable, Sendable {
        /// The same fitter and degree everywhere.
        case uniform(fitter: FitterKind, degree: Degree)
        /// For each layer the approximation that costs the least accuracy alone; of equal ones the lower error.
        case lowestDrop
        /// For each layer this one.
        case assigned([Assigned])
    }

    /// What a search has put at one layer.
    package struct Assigned: Codable, Hashable, Sendable {
        package var fitter: FitterKind
        package var degree: Degree

        package init(fitter: FitterKind, degree: Degree) {
            self.fitter = fitter
            self.degree = degree
        }
    }

    /// Identity of the model.
    package var model: String
    package var rule: Rule
    package var fits: FitSelection
    /// The images that drops are taken from; nil where the rule does not look at drops.
    package var images: ImageSelection?

    package init(model: String, rule: Rule, fits: FitSelection, images: ImageSelection?) {
        self.model = model
        self.rule = rule
        self.fits = fits
        self.images = images
    }

    /// What people read.
    package var name: String {
        switch rule {
        case .uniform(.composite, let degree):
            "composite precision \(CompositeReLU.precision(ofDegree: degree.value) ?? 0)"
        case .uniform(let fitter, let degree): "\(fitter.rawValue) degree \(degree)"
        case .lowestDrop: "best"
        case .assigned(let layers): "search \(LayerDegrees(layers.map(\.degree), stream: []).name)"
        }
    }

    package var method: String {
        switch rule {
        case .uniform: "uniform"
        case .lowestDrop: "best"
        case .assigned: "search"
        }
    }

    /// The plan that follows from what is in the store. A layer whose fits all failed keeps its original activation.
    ///
    /// - Parameters:
    ///   - store: Where fits and evaluations are.
    ///   - model: The row of the model that this job is about.
    /// - Throws: ``SchedulerError/nothingToChoose(plan:)`` if no layer has an approximation; ``SchedulerError/store(_:)``.
    package func plan(in store: Store, model: ModelRecord) throws(SchedulerError) -> NewPlan {
        do throws(StoreError) {
            let candidates = try store.approximations(
                try fits.filter(model: model.id), evaluatedOn: images?.evaluationImages)
            let chosen = try choose(among: candidates, layers: try store.layers(of: model.id), model: model.id)
            if let chosen { return chosen }
        } catch {
            throw .store(error)
        }
        throw .nothingToChoose(plan: name)
    }

    /// The plan over `layers`; nil if no candidate answers the rule.
    func choose(
        among candidates: [EvaluatedApproximation], layers: [LayerRecord], model: ModelID
    ) throws(StoreError) -> NewPlan? {
        let chosen = EvaluatedApproximation.bestOfEachLayer(candidates.filter(isAllowed))
        guard !chosen.isEmpty else { return nil }
        let best = Dictionary(uniqueKeysWithValues: chosen.map { ($0.layer.id, $0) })
        return NewPlan(
            model: model, name: name, key: try planKey(), method: method, settings: try CanonicalJSON.text(of: self),
            levels: best.values.reduce(0) { $0 + $1.record.fit.levels },
            layers: Dictionary(uniqueKeysWithValues: layers.map { ($0.id, best[$0.id]?.record.id) })
        )
    }

    private func isAllowed(_ candidate: EvaluatedApproximation) -> Bool {
        switch rule {
        case .uniform(let fitter, let degree):
            candidate.record.fit.fitter == fitter.rawValue && candidate.record.fit.degree == degree
        case .lowestDrop:
            candidate.evaluation != nil
        case .assigned(let layers):
            layers.indices.contains(candidate.layer.position)
                && candidate.record.fit.fitter == layers[candidate.layer.position].fitter.rawValue
                && candidate.record.fit.degree == layers[candidate.layer.position].degree
        }
    }
}
