internal import Approx
internal import Network
internal import Store

/// All plans of a model beside each other, and those of them that are worth having.
///
/// Plans are compared on the validation images that the most thorough evaluation of any of them used: a lucky result on
/// fewer images beats nothing.
struct PlanComparison {
    /// In the order in which they were made.
    let plans: [ComparedPlan]
    /// What stands at each layer, for each of the plans.
    let approximations: [[ApproximationRecord?]]
    /// What they are compared on; nil where none was evaluated.
    let images: EvaluationImages?
    /// The original network on these images.
    let original: EvaluationReport?
    /// Indices of the plans that no plan of the same depth or less equals, by rising depth.
    let front: [Int]

    init(of model: ModelRecord, in store: Store) throws {
        let graph = try ONNXImporter.graph(from: try store.onnx(of: model.id)).levelGraph
        let records = try store.plans(of: model.id)
        let images = try records.compactMap { plan in
            try store.evaluations(of: .plan(plan.id), model: model.id).largest(.validation)
        }.max { ($0.images, $1.dataset) < ($1.images, $0.dataset) }?.evaluated
        var known: [ApproximationID: ApproximationRecord] = [:]
        approximations = try records.map { plan in
            guard plan.approximations.count == graph.layerCount else {
                throw StoreError.undecodable(
                    "plan \(plan.name)", "it has \(plan.approximations.count) of \(graph.layerCount) layers")
            }
            return try plan.approximations.map { id in
                guard let id else { return nil }
                let approximation = try known[id] ?? store.approximation(id)
                known[id] = approximation
                return approximation
            }
        }
        var plans = try zip(records, approximations).map { record, approximations in
            try ComparedPlan(record, approximations, in: graph, store: store, on: images)
        }
        let candidates = plans.indices.filter { plans[$0].isCompared && plans[$0].isComplete }
        front = ParetoFront(
            of: candidates.map { (cost: plans[$0].depth ?? 0, value: plans[$0].validation?.accuracy ?? 0) }
        ).members.map { candidates[$0] }
        for index in front { plans[index].isOnFront = true }
        self.plans = plans
        self.images = images
        original = try images.flatMap { try store.evaluation(of: .original, model: model.id, on: $0) }
            .map(EvaluationReport.init)
    }

    /// The plans of the front, by rising depth.
    var best: [ComparedPlan] { front.map { plans[$0] } }

    /// The most accurate plan of at most this depth: of the front, or where that has none, of those that were evaluated on
    /// other images, those on most first; of equals the shallowest.
    func best(within levels: Int) -> ComparedPlan? {
        let affordable = { (plan: ComparedPlan) in plan.depth.map { $0 <= levels } ?? false }
        if let member = best.last(where: affordable) { return member }
        return plans.filter(affordable).compactMap { plan in
            plan.validation.map { (plan, rank: ($0.images, $0.accuracy, -(plan.depth ?? 0))) }
        }.max { $0.rank < $1.rank }?.0
    }
}

extension EvaluationRecord {
    fileprivate var evaluated: EvaluationImages { EvaluationImages(dataset: dataset, split: split, range: range) }
}
