/// A multi-objective evolutionary search: few levels and few decisions unlike the original's, by NSGA-II (Deb, Pratap,
/// Agarwal and Meyarivan 2002), as AutoFHE searches networks (Ao and Boddeti 2024).
///
/// The first generation has the plans of the same option everywhere, and random ones. Each later one has the children of
/// the best so many of all before: parents by binary tournament, each layer's option from one of two parents, some
/// options one place up or down. No plan comes twice. A plan of too many levels has its place by how many that are, and
/// need not be tried.
///
/// For example, until all generations were tried:
///
///     let evolution = Evolution(population: 12, generations: 10)
///     while case let plans = evolution.next(in: space, goal: goal, after: trials), !plans.isEmpty {
///         trials += plans.map { SearchTrial(choices: $0, agreement: agreement(of: $0)) }
///     }
package struct Evolution: Hashable, Codable, Sendable {
    /// Plans in a generation.
    package var population: Int
    /// The first one included.
    package var generations: Int
    /// The chance of an option to move one place; nil for one layer of each child on average.
    package var mutationRate: Double?

    /// The chance of a child to have two parents (section V-A of the paper).
    private static let crossoverRate = 0.9
    /// So many children that are known already in a row mean that hardly any other plan is near.
    private static let attempts = 64

    /// - Parameters:
    ///   - population: At least 2.
    ///   - generations: Positive.
    package init(population: Int = 12, generations: Int = 10, mutationRate: Double? = nil) {
        self.population = population
        self.generations = generations
        self.mutationRate = mutationRate
    }

    /// Trials that all generations come to, at most.
    package var evaluations: Int { population * generations }

    /// The plans of the present generation that were not tried yet; empty when the search is over.
    ///
    /// It goes through all generations again and depends on the arguments alone, so a search that is stopped goes on as it
    /// would have.
    ///
    /// - Parameter trials: What was tried so far.
    package func next(in space: SearchSpace, goal: SearchGoal, after trials: [SearchTrial]) -> [[Int]] {
        let agreements = Dictionary(trials.map { ($0.choices, $0.agreement) }) { first, _ in first }
        let budget = goal.levels ?? space.levelRange.upperBound
        func objectives(_ plan: [Int]) -> Objectives {
            let levels = space.levels(of: plan), agreement = agreements[plan] ?? 0
            // What could not be made agrees nowhere: it is further out than any plan of too many levels.
            let excess = levels > budget ? Double(levels - budget) : agreement > 0 ? 0 : .infinity
            return Objectives([Double(levels), 1 - agreement], excess: excess)
        }
        var known: Set<[Int]> = []
        var parents: [[Int]] = []
        for generation in 0..<generations {
            let children =
                generation == 0
                ? first(in: space, within: budget, seed: goal.seed, &known)
                : children(
                    of: parents, CrowdedFronts(of: parents.map(objectives)), in: space, generation: generation,
                    seed: goal.seed, &known)
            guard !children.isEmpty else { return [] }
            let untried = children.filter { agreements[$0] == nil && space.levels(of: $0) <= budget }
            guard untried.isEmpty else { return untried }
            let all = parents + children
            parents = CrowdedFronts(of: all.map(objectives)).best(population).map { all[$0] }
        }
        return []
    }

    private func first(
        in space: SearchSpace, within budget: Int, seed: UInt64, _ known: inout Set<[Int]>
    ) -> [[Int]] {
        let uniform = Array(SearchGoal.spreadOut(space.uniformPlans(within: budget)).prefix(population))
        known = Set(uniform)
        return uniform
            + offspring(population - uniform.count, generation: 0, seed: seed, &known) { random in
                space.options.map { random.below($0.count) }
            }
    }

    private func children(
        of parents: [[Int]], _ fronts: CrowdedFronts, in space: SearchSpace, generation: Int, seed: UInt64,
        _ known: inout Set<[Int]>
    ) -> [[Int]] {
        let rate = mutationRate ?? 1 / Double(max(space.options.count, 1))
        func parent(_ random: inout SplitMix64) -> [Int] {
            let (one, other) = (random.below(parents.count), random.below(parents.count))
            return parents[fronts.isBetter(other, than: one) ? other : one]
        }
        return offspring(population, generation: generation, seed: seed, &known) { random in
            let mother = parent(&random), father = parent(&random)
            let crosses = random.nextUnit() < Self.crossoverRate
            return space.options.indices.map { layer in
                let option = crosses && random.below(2) == 1 ? father[layer] : mother[layer]
                guard random.nextUnit() < rate else { return option }
                let neighbours = [option - 1, option + 1].filter(space.options[layer].indices.contains)
                return neighbours.isEmpty ? option : neighbours[random.below(neighbours.count)]
            }
        }
    }

    /// Plans that nobody has seen; fewer than `count` where they are hard to come upon.
    private func offspring(
        _ count: Int, generation: Int, seed: UInt64, _ known: inout Set<[Int]>,
        _ plan: (inout SplitMix64) -> [Int]
    ) -> [[Int]] {
        var plans: [[Int]] = []
        for child in 0..<count {
            for attempt in 0..<Self.attempts {
                var random = SplitMix64(
                    seed: seed, stream: UInt64(generation), UInt64(child), UInt64(attempt))
                let plan = plan(&random)
                guard known.insert(plan).inserted else { continue }
                plans.append(plan)
                break
            }
        }
        return plans
    }
}
