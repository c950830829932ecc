/// How plans are found. All strategies see the same options and costs and are asked for one plan after the other.
package enum SearchStrategy: String, CaseIterable, Codable, Sendable {
    /// The same option everywhere, then exact optima of the additive model, corrected by what was tried.
    case dynamic = "dp"
    /// The same option everywhere.
    case uniform
    /// From the fewest levels on, the step that lowers the cost most for a level.
    case greedy
    /// Random plans that fill their budget.
    case random
    /// Generation after generation, each from the best of those before.
    case evolutionary
}

/// What a search is to find plans for.
package struct SearchGoal: Hashable, Codable, Sendable {
    /// Levels that no plan may exceed; nil for as many as there are.
    package var levels: Int?
    /// How many budgets, at equal distances from the least to ``levels``, are searched for; 1 for ``levels`` alone.
    package var budgets: Int
    package var seed: UInt64
    /// Of an evolutionary search; nil for the usual one.
    package var evolution: Evolution?

    package init(levels: Int?, budgets: Int, seed: UInt64, evolution: Evolution? = nil) {
        self.levels = levels
        self.budgets = budgets
        self.seed = seed
        self.evolution = evolution
    }

    /// The budgets, the largest first, then the least, then halfway between: whenever a search is stopped, what it has
    /// tried lies over the whole range.
    package func budgets(in space: SearchSpace) -> [Int] {
        let range = space.levelRange
        let most = min(levels ?? range.upperBound, range.upperBound)
        guard budgets > 1, most > range.lowerBound else { return [most] }
        let steps = min(budgets - 1, most - range.lowerBound)
        let all = (0...steps).map { range.lowerBound + (most - range.lowerBound) * $0 / steps }
        return Self.spreadOut(all)
    }

    /// The last element, the first, and so on into the widest gaps.
    package static func spreadOut<Element>(_ all: [Element]) -> [Element] {
        var order: [Int] = []
        if let last = all.indices.last { order = last > 0 ? [last, 0] : [0] }
        while order.count < all.count {
            let taken = order.sorted()
            let gap = zip(taken, taken.dropFirst()).max { $0.1 - $0.0 < $1.1 - $1.0 }
            guard let gap else { break }
            order.append((gap.0 + gap.1) / 2)
        }
        return order.map { all[$0] }
    }
}

extension SearchStrategy {
    /// The next plan to try; nil if there is none left.
    ///
    /// It depends on the arguments alone, so a search that is stopped goes on as it would have.
    ///
    /// - Parameter trials: What was tried so far, in order.
    /// - Throws: The errors of ``LevelFront``.
    package func next(
        in space: SearchSpace, goal: SearchGoal, after trials: [SearchTrial]
    ) throws(SearchError) -> [Int]? {
        let budgets = goal.budgets(in: space)
        let least = space.levelRange.lowerBound
        if let budget = budgets.max(), let limit = goal.levels, limit < least || budget < least {
            throw .budgetTooSmall(levels: limit, least: least)
        }
        let known = Set(trials.map(\.choices))
        switch self {
        case .uniform: return space.uniformPlans(within: budgets.max() ?? 0).first { !known.contains($0) }
        case .greedy: return greedy(space, budgets).first { !known.contains($0) }
        case .random: return random(space, budgets, seed: goal.seed, known)
        case .evolutionary:
            return generation(in: space, goal: goal, after: trials).first
        case .dynamic:
            let uniform = space.uniformPlans(within: budgets.max() ?? 0)
            if let plan = uniform.first(where: { !known.contains($0) }) { return plan }
            return try refined(space, budgets, after: trials, known)
        }
    }

    /// The next plans to try side by side, at most `count`; empty if there is none left.
    ///
    /// What becomes of one of them is taken to be what the additive model says; generations need no such guess, and end
    /// with their last plan.
    ///
    /// - Throws: The errors of ``LevelFront``.
    package func next(
        _ count: Int, in space: SearchSpace, goal: SearchGoal, after trials: [SearchTrial]
    ) throws(SearchError) -> [[Int]] {
        if self == .evolutionary {
            return Array(generation(in: space, goal: goal, after: trials).prefix(max(0, count)))
        }
        guard count > 0, let first = try next(in: space, goal: goal, after: trials) else { return [] }
        var plans = [first]
        var known = trials
        while plans.count < count, let last = plans.last {
            known.append(SearchTrial(choices: last, agreement: max(0, 1 - space.cost(of: last))))
            guard let plan = try next(in: space, goal: goal, after: known) else { break }
            plans.append(plan)
        }
        return plans
    }

    /// What is left to try of the present generation.
    private func generation(in space: SearchSpace, goal: SearchGoal, after trials: [SearchTrial]) -> [[Int]] {
        (goal.evolution ?? Evolution()).next(in: space, goal: goal, after: trials)
    }

    // MARK: - Dynamic programming

    /// The optima of the additive model; then, of the corrected model's optimum at each budget and the best exchange of
    /// two layers around the best plan there, what may be expected to gain most over all budgets.
    private func refined(
        _ space: SearchSpace, _ budgets: [Int], after trials: [SearchTrial], _ known: Set<[Int]>
    ) throws(SearchError) -> [Int]? {
        let first = try LevelFront(of: space, budget: budgets.max())
        for budget in budgets {
            if let plan = first.best(within: budget)?.choices, !known.contains(plan) { return plan }
        }
        let model = CorrectedCosts(of: space, trials: trials)
        let corrected = space.with(costs: model.costs)
        let front = try LevelFront(of: corrected, budget: budgets.max())
        let best = budgets.map { (budget: $0, trial: space.best(of: trials, within: $0)) }
        let plans = best.flatMap { budget, trial -> [[Int]] in
            let optimum = front.best(within: budget)?.choices
            let exchange = trial.flatMap { neighbour(of: $0.choices, corrected, within: budget, known) }
            return [optimum, exchange].compactMap(\.self).filter { !known.contains($0) }
        }
        let gains = plans.map { plan in
            let (levels, cost) = (space.levels(of: plan), corrected.cost(of: plan))
            return best.filter { $0.budget >= levels }.reduce(0) {
                $0 + model.expectedGain(cost: cost, over: $1.trial?.agreement ?? 0)
            }
        }
        // Of equal ones the first, so that the order is that of the budgets.
        let chosen = gains.indices.max { gains[$0] < gains[$1] || gains[$0] == gains[$1] && $0 > $1 }
        return chosen.map { plans[$0] }
    }

    /// The cheapest plan that was not tried and differs from `start` in one or two layers.
    private func neighbour(
        of start: [Int], _ space: SearchSpace, within budget: Int, _ known: Set<[Int]>
    ) -> [Int]? {
        var best: (cost: Double, plan: [Int])?
        func consider(_ plan: [Int]) {
            let cost = space.cost(of: plan)
            guard best.map({ cost < $0.cost }) ?? true, !known.contains(plan), space.levels(of: plan) <= budget else {
                return
            }
            best = (cost, plan)
        }
        let steps = start.indices.flatMap { layer in
            space.options[layer].indices.filter { $0 != start[layer] }.map { (layer: layer, option: $0) }
        }
        for (index, step) in steps.enumerated() {
            var plan = start
            plan[step.layer] = step.option
            consider(plan)
            for other in steps.dropFirst(index + 1) where other.layer != step.layer {
                var exchanged = plan
                exchanged[other.layer] = other.option
                consider(exchanged)
            }
        }
        return best?.plan
    }

    // MARK: - Baselines

    /// The plans on the way up: for each budget the last within it, then the others, spread out.
    private func greedy(_ space: SearchSpace, _ budgets: [Int]) -> [[Int]] {
        var plan = space.options.map { options in
            options.indices.min { (options[$0].levels, options[$0].cost) < (options[$1].levels, options[$1].cost) } ?? 0
        }
        var path = [plan]
        let most = budgets.max() ?? 0
        while true {
            let now = space.levels(of: plan)
            var best: (gain: Double, layer: Int, option: Int)?
            for (layer, options) in space.options.enumerated() {
                for option in options.indices {
                    var next = plan
                    next[layer] = option
                    let gain = options[plan[layer]].cost - options[option].cost
                    let levels = space.levels(of: next)
                    guard gain > 0, levels <= most else { continue }
                    // What costs no level, as on a branch that is not the longest, comes first.
                    let ratio = levels > now ? gain / Double(levels - now) : .infinity
                    if best.map({ ratio > $0.gain }) ?? true { best = (ratio, layer, option) }
                }
            }
            guard let best else { break }
            plan[best.layer] = best.option
            path.append(plan)
        }
        let chosen = budgets.compactMap { budget in path.last { space.levels(of: $0) <= budget } }
        return chosen + SearchGoal.spreadOut(path).filter { !chosen.contains($0) }
    }

    private func random(
        _ space: SearchSpace, _ budgets: [Int], seed: UInt64, _ known: Set<[Int]>
    ) -> [Int]? {
        // So many failures in a row mean that hardly any plan is left at any budget.
        for attempt in 0..<64 {
            let budget = budgets[(known.count + attempt) % budgets.count]
            var source = SplitMix64(seed: seed, stream: UInt64(known.count * 64 + attempt))
            var plan = space.options.map { source.below($0.count) }
            while space.levels(of: plan) > budget {
                let layer = source.below(plan.count)
                let lower = space.options[layer].indices.filter {
                    space.options[layer][$0].levels < space.options[layer][plan[layer]].levels
                }
                if !lower.isEmpty { plan[layer] = lower[source.below(lower.count)] }
            }
            for _ in 0..<8 * plan.count {
                var higher = plan
                let layer = source.below(plan.count)
                higher[layer] = source.below(space.options[layer].count)
                let (now, then) = (space.levels(of: plan), space.levels(of: higher))
                if then > now, then <= budget { plan = higher }
            }
            if !known.contains(plan) { return plan }
        }
        return nil
    }
}
