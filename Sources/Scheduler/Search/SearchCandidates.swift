package import Approx
package import Store

/// The options of a search as the store has them, and which plan a choice among them is.
package struct SearchCandidates: Sendable {
    /// What one option of one layer stands for.
    package struct Candidate: Hashable, Sendable {
        package let degree: Degree
        package let fitter: FitterKind
        package let approximation: ApproximationID
        /// Share of the images whose class changes when it alone is made.
        package let disagreement: Double
        /// In nats; nil where the forecast is not finite.
        package let divergence: Double?
    }

    package let wish: SearchWish
    package let model: ModelRecord
    /// By layer and option, in the order of ``space``.
    package let candidates: [[Candidate]]
    /// Of all fits, not only of those that are options.
    package let correlation: Double?
    package let space: SearchSpace

    /// - Throws: ``SchedulerError/search(_:)`` where a layer has no option; ``SchedulerError/store(_:)``.
    package init(
        _ wish: SearchWish, of model: ModelRecord, graph: LevelGraph, in store: Store
    ) throws(SchedulerError) {
        self.wish = wish
        self.model = model
        let all: [[Candidate]]
        do throws(StoreError) {
            all = try Self.candidates(wish, model, layers: graph.layerCount, in: store)
        } catch {
            throw .store(error)
        }
        correlation = RankCorrelation.spearman(
            all.joined().compactMap { candidate in
                candidate.divergence.map { (candidate.disagreement, $0) }
            })
        let prices = Dictionary(uniqueKeysWithValues: wish.prices.map { ($0.degree, $0) })
        candidates = all.map { Self.options($0, wish) }
        if let layer = candidates.firstIndex(where: \.isEmpty) { throw .search(.noOption(layer: layer)) }
        space = SearchSpace(
            graph: graph,
            options: candidates.map { candidates in
                candidates.map { candidate in
                    let price = prices[candidate.degree]
                    return SearchSpace.Option(
                        name: wish.refit == nil
                            ? "\(candidate.fitter.rawValue) \(candidate.degree)" : "\(candidate.degree)",
                        levels: price?.levels ?? 0, seconds: price?.seconds ?? 0,
                        cost: Self.cost(of: candidate, wish))
                }
            })
    }

    private static func candidates(
        _ wish: SearchWish, _ model: ModelRecord, layers: Int, in store: Store
    ) throws(StoreError) -> [[Candidate]] {
        let divergences = try store.divergences(
            of: model.id, dataset: wish.sensitivityImages.dataset, images: wish.sensitivityImages.images,
            seed: wish.goal.seed)
        var candidates: [[Candidate]] = Array(repeating: [], count: layers)
        for fit in try store.approximations(
            try wish.fits.filter(model: model.id), evaluatedOn: wish.images.evaluationImages)
        {
            guard let evaluation = fit.evaluation, let fitter = FitterKind(rawValue: fit.record.fit.fitter) else {
                continue
            }
            candidates[fit.layer.position].append(
                Candidate(
                    degree: fit.record.fit.degree, fitter: fitter, approximation: fit.record.id,
                    disagreement: 1 - Double(evaluation.agreeing) / Double(evaluation.images),
                    divergence: divergences[fit.record.id]))
        }
        return candidates
    }

    /// Where networks are refitted, their polynomials are new ones: one option for each degree, with the fit that costs
    /// least.
    private static func options(_ candidates: [Candidate], _ wish: SearchWish) -> [Candidate] {
        let ordered = candidates.sorted {
            ($0.degree.value, $0.fitter.rawValue) < ($1.degree.value, $1.fitter.rawValue)
        }
        guard wish.refit != nil else { return ordered }
        var best: [Candidate] = []
        for candidate in ordered {
            guard let last = best.last, last.degree == candidate.degree else {
                best.append(candidate)
                continue
            }
            if cost(of: candidate, wish) < cost(of: last, wish) { best[best.count - 1] = candidate }
        }
        return best
    }

    private static func cost(of candidate: Candidate, _ wish: SearchWish) -> Double {
        switch wish.costs {
        case .measured: candidate.disagreement
        // A forecast of what cannot be foretold is worse than any.
        case .secondOrder: candidate.divergence ?? 1e6
        }
    }

    /// The degree of each layer.
    package func degrees(of choices: [Int]) -> [Degree] { zip(candidates, choices).map { $0[$1].degree } }

    /// What each layer is called in a table: `4`, or `least-squares 4`.
    package func names(of choices: [Int]) -> [String] { zip(space.options, choices).map { $0[$1].name } }
}
