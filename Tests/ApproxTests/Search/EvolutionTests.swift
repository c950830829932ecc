import Approx
import Testing

@Suite struct EvolutionTests {
    /// Layers one after the other whose losses add up.
    private func space(layers: Int, options: Int = 3, seed: UInt64 = 0) -> SearchSpace {
        SearchSamples.space(SearchSamples.chain(layers), seed: seed, options: options)
    }

    private func trial(_ choices: [Int], _ space: SearchSpace) -> SearchTrial {
        SearchTrial(choices: choices, agreement: 1 - space.cost(of: choices) / 1000)
    }

    /// The plans of each generation, with what they came to.
    private func run(
        _ evolution: Evolution, _ space: SearchSpace, levels: Int? = nil, seed: UInt64 = 0
    ) -> [[SearchTrial]] {
        let goal = SearchGoal(levels: levels, budgets: 8, seed: seed, evolution: evolution)
        var generations: [[SearchTrial]] = []
        while case let plans = evolution.next(in: space, goal: goal, after: generations.flatMap(\.self)), !plans.isEmpty
        {
            generations.append(plans.map { trial($0, space) })
        }
        return generations
    }

    @Test func generationsAreOfOneSizeAndNoPlanComesTwice() {
        let space = space(layers: 8)
        let generations = run(Evolution(population: 12, generations: 6), space)
        #expect(generations.map(\.count) == Array(repeating: 12, count: 6))
        #expect(Set(generations.joined().map(\.choices)).count == 72)
        #expect(Evolution(population: 12, generations: 6).evaluations == 72)
    }

    @Test func firstGenerationHasTheUniformPlansThatAreAllowed() {
        let space = space(layers: 8)
        // 9 linear levels, and 8 to 24 of the polynomials.
        let all = run(Evolution(population: 12, generations: 1), space)[0].map(\.choices)
        #expect(Set(all).isSuperset(of: (0..<3).map { Array(repeating: $0, count: 8) }))
        let few = run(Evolution(population: 12, generations: 1), space, levels: 30)[0].map(\.choices)
        #expect(few.contains(Array(repeating: 0, count: 8)) && few.contains(Array(repeating: 1, count: 8)))
        #expect(!few.contains(Array(repeating: 2, count: 8)))
        let two = run(Evolution(population: 2, generations: 1), space)[0].map(\.choices)
        #expect(Set(two) == [Array(repeating: 0, count: 8), Array(repeating: 2, count: 8)])
    }

    /// Trials come one by one, in parts, or a generation at a time: what follows is the same.
    @Test(arguments: [1, 5, 12]) func partsOfAGenerationLeadToTheSamePlans(step: Int) {
        let space = space(layers: 8, seed: 3)
        let evolution = Evolution(population: 12, generations: 4)
        let goal = SearchGoal(levels: nil, budgets: 8, seed: 7, evolution: evolution)
        var trials: [SearchTrial] = []
        while case let plans = evolution.next(in: space, goal: goal, after: trials), !plans.isEmpty {
            trials += plans.prefix(step).map { trial($0, space) }
        }
        #expect(trials == run(evolution, space, seed: 7).flatMap(\.self))
        #expect(trials != run(evolution, space, seed: 8).flatMap(\.self))
    }

    /// Of 729 plans 240 are tried. Nothing promises that all of the front is among them, but a third of it would be luck.
    @Test func frontOfSmallProblemsIsFoundButForAPointOrTwo() {
        var (found, all) = (0, 0)
        for seed in 0..<UInt64(10) {
            let space = space(layers: 6, seed: seed)
            func points(_ trials: [SearchTrial]) -> Set<[Double]> {
                Set(space.front(of: trials).map { [Double(space.levels(of: $0.choices)), $0.agreement] })
            }
            let front = points(SearchSamples.plans(of: space).map { trial($0, space) })
            let own = points(run(Evolution(population: 20, generations: 12), space, seed: seed).flatMap(\.self))
            (found, all) = (found + front.intersection(own).count, all + front.count)
        }
        #expect(all > 50)
        #expect(Double(found) >= 0.95 * Double(all), "\(found) of \(all)")
    }

    @Test func selectionDrawsToTheFrontAsChanceAloneDoesNot() {
        let leads = (0..<UInt64(8)).map { seed -> Double in
            let space = space(layers: 12, options: 4, seed: seed)
            let own = run(Evolution(population: 16, generations: 10), space, seed: seed).flatMap(\.self)
            var random = SplitMix64(seed: seed)
            let others = (0..<160).map { _ in trial(space.options.map { random.below($0.count) }, space) }
            let budgets = SearchGoal(levels: nil, budgets: 6, seed: 0).budgets(in: space)
            return budgets.reduce(0) { sum, budget in
                func best(_ trials: [SearchTrial]) -> Double {
                    space.best(of: trials, within: budget)?.agreement ?? 0
                }
                return sum + best(own) - best(others)
            }
        }
        #expect(leads.allSatisfy { $0 > 0 }, "\(leads)")
    }

    @Test(arguments: [19, 22, 26]) func nothingBeyondTheBudgetIsTried(levels: Int) {
        let space = space(layers: 8, seed: 2)
        let trials = run(Evolution(population: 12, generations: 12), space, levels: levels).flatMap(\.self)
        #expect(trials.allSatisfy { space.levels(of: $0.choices) <= levels })
        // It does not stay with the plan that it began with: 17 levels are the least.
        #expect(trials.count > 4)
        #expect(trials.contains { space.levels(of: $0.choices) == levels })
    }

    @Test func searchEndsWhereNoOtherPlanIsLeft() {
        let small = space(layers: 2)
        let generations = run(Evolution(population: 12, generations: 500), small)
        #expect(Set(generations.joined().map(\.choices)) == Set(SearchSamples.plans(of: small)))
        let single = space(layers: 3, options: 1)
        #expect(run(Evolution(population: 4, generations: 5), single).flatMap(\.self).map(\.choices) == [[0, 0, 0]])
    }

    @Test func mutationMovesOneStepAtATime() {
        let space = space(layers: 6, options: 4)
        let evolution = Evolution(population: 2, generations: 2, mutationRate: 1)
        let generations = run(evolution, space)
        let ends = [Array(repeating: 0, count: 6), Array(repeating: 3, count: 6)]
        #expect(Set(generations[0].map(\.choices)) == Set(ends))
        #expect(generations[1].count == 2)
        #expect(generations[1].allSatisfy { $0.choices.allSatisfy { $0 == 1 || $0 == 2 } })
        let crossed = run(Evolution(population: 2, generations: 2, mutationRate: 0), space)
        #expect(crossed[1].allSatisfy { $0.choices.allSatisfy { $0 == 0 || $0 == 3 } })
    }

    /// Whether those of the fewest levels or those of the most.
    @Test(arguments: [0, 2]) func plansThatCouldNotBeMadeHaveNoChildren(failing: Int) {
        let space = space(layers: 6, options: 3)
        let evolution = Evolution(population: 6, generations: 8, mutationRate: 0)
        let goal = SearchGoal(levels: nil, budgets: 8, seed: 0, evolution: evolution)
        var trials: [SearchTrial] = []
        var last: [[Int]] = []
        while case let plans = evolution.next(in: space, goal: goal, after: trials), !plans.isEmpty {
            last = plans
            trials += plans.map { plan in
                plan.contains(failing) ? SearchTrial(choices: plan, agreement: 0) : trial(plan, space)
            }
        }
        #expect(last.count { !$0.contains(failing) } == last.count, "\(last)")
    }

    @Test func severalPlansAtATimeAreThoseOfAGeneration() throws {
        let space = space(layers: 8)
        let evolution = Evolution(population: 12, generations: 3)
        let goal = SearchGoal(levels: nil, budgets: 8, seed: 0, evolution: evolution)
        let strategy = SearchStrategy.evolutionary
        let all = run(evolution, space)
        #expect(try strategy.next(100, in: space, goal: goal, after: []) == all[0].map(\.choices))
        #expect(try strategy.next(5, in: space, goal: goal, after: []) == all[0].prefix(5).map(\.choices))
        #expect(try strategy.next(in: space, goal: goal, after: all[0]) == all[1].first?.choices)
        #expect(try strategy.next(0, in: space, goal: goal, after: []) == [])
    }
}
