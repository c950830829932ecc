import Approx
import Foundation
import Testing

@Suite struct SearchStrategyTests {
    /// Runs a strategy on networks that do what the additive model says, but for what two layers do to each other.
    private func run(
        _ strategy: SearchStrategy, _ space: SearchSpace, _ goal: SearchGoal, trials: Int, joint: Double = 0.1
    ) throws -> [SearchTrial] {
        var tried: [SearchTrial] = []
        while tried.count < trials, let choices = try strategy.next(in: space, goal: goal, after: tried) {
            let loss = choices[0] == choices[1] ? joint : 0
            tried.append(SearchTrial(choices: choices, agreement: 1 - space.cost(of: choices) / 400 - loss))
        }
        return tried
    }

    @Test(arguments: SearchStrategy.allCases) func plansAreNewWithinTheBudgetAndRepeatable(
        _ strategy: SearchStrategy
    ) throws {
        let space = SearchSamples.space(SearchSamples.branches, seed: 5)
        let goal = SearchGoal(levels: 13, budgets: 4, seed: 1)
        let trials = try run(strategy, space, goal, trials: 12)
        #expect(!trials.isEmpty)
        #expect(Set(trials.map(\.choices)).count == trials.count)
        #expect(trials.allSatisfy { space.levels(of: $0.choices) <= 13 })
        #expect(try run(strategy, space, goal, trials: 12) == trials)
    }

    /// By how much dynamic programming is ahead of the others in agreement, at each budget where they have a plan.
    private func leads(seed: UInt64, joint: Double) throws -> [Double] {
        let space = SearchSamples.space(SearchSamples.chain(8), seed: seed)
        let goal = SearchGoal(levels: nil, budgets: 5, seed: seed)
        let own = try run(.dynamic, space, goal, trials: 16, joint: joint)
        return try [SearchStrategy.uniform, .greedy, .random].flatMap { other -> [Double] in
            let theirs = try run(other, space, goal, trials: 16, joint: joint)
            return goal.budgets(in: space).compactMap { budget in
                guard let best = space.best(of: theirs, within: budget) else { return nil }
                return (space.best(of: own, within: budget)?.agreement ?? 0) - best.agreement
            }
        }
    }

    @Test(arguments: 0..<8) func dynamicProgrammingIsNoWorseAtAnyBudgetWhereLayersAddUp(seed: UInt64) throws {
        let leads = try self.leads(seed: seed, joint: 0)
        #expect(leads.allSatisfy { $0 >= -1e-12 }, "\(leads)")
    }

    /// What the model does not know has to be learnt: no promise for each, but it must be right more often than not.
    @Test func dynamicProgrammingIsAheadWhereLayersDoNotAddUp() throws {
        let leads = try (0..<8).flatMap { try self.leads(seed: $0, joint: 0.1) }
        #expect(leads.count { $0 > 1e-12 } > 3 * leads.count { $0 < -1e-12 }, "\(leads)")
        #expect(leads.reduce(0, +) > 0)
    }

    /// One plan alone has the fewest levels.
    @Test func randomGoesOnWhereABudgetHasNoOtherPlan() throws {
        let space = SearchSamples.space(SearchSamples.chain(4), seed: 2)
        let trials = try run(.random, space, SearchGoal(levels: nil, budgets: 3, seed: 0), trials: 15)
        #expect(trials.count == 15)
    }

    @Test func budgetBelowTheLeastIsRefused() {
        let space = SearchSamples.space(SearchSamples.chain(3), seed: 1)
        #expect(throws: SearchError.budgetTooSmall(levels: 6, least: 7)) {
            try SearchStrategy.random.next(in: space, goal: SearchGoal(levels: 6, budgets: 1, seed: 0), after: [])
        }
    }

    /// Trials that lie on the model leave nothing to luck: a gain is the difference of the costs, and never a loss.
    @Test func expectedGainIsThatOfTheCostsWhereTheModelIsRight() throws {
        let space = SearchSamples.space(SearchSamples.chain(4), seed: 4)
        let plans = SearchSamples.plans(of: space)
        func agreement(_ plan: [Int]) -> Double { 1.002 - exp(0.02 * space.cost(of: plan) - 4) }
        let trials = plans.enumerated().filter { $0.offset % 7 == 0 }.map {
            SearchTrial(choices: $0.element, agreement: agreement($0.element))
        }
        let model = CorrectedCosts(of: space, trials: trials)
        let corrected = space.with(costs: model.costs)
        for plan in plans {
            for trial in trials.prefix(3) {
                let gain = model.expectedGain(cost: corrected.cost(of: plan), over: trial.agreement)
                let expected = 0.02 * (space.cost(of: trial.choices) - space.cost(of: plan))
                #expect(abs(gain - max(0, expected)) < 1e-9)
            }
        }
    }

    /// Where two plans of one cost did differently, even a plan that is as costly may be better.
    @Test func expectedGainGrowsWithWhatTheModelCannotExplain() throws {
        let space = SearchSamples.space(SearchSamples.chain(4), seed: 4)
        let plans = SearchSamples.plans(of: space)
        func gain(noise: Double) -> Double {
            let trials = plans.enumerated().filter { $0.offset % 5 == 0 }.map { index, plan in
                let luck = index % 2 == 0 ? noise : -noise
                return SearchTrial(choices: plan, agreement: 0.99 - space.cost(of: plan) / 2000 - luck)
            }
            let model = CorrectedCosts(of: space, trials: trials)
            let costs = space.with(costs: model.costs)
            return model.expectedGain(cost: costs.cost(of: plans[1]), over: 0.999)
        }
        #expect(gain(noise: 0.008) > gain(noise: 0.004))
        #expect(gain(noise: 0.004) > 0)
    }

    @Test func rankCorrelationWithTies() throws {
        #expect(RankCorrelation.spearman([(1, 10), (2, 20), (3, 30)]) == 1)
        #expect(RankCorrelation.spearman([(1, 3), (2, 2), (3, 1)]) == -1)
        #expect(RankCorrelation.spearman([(1, 1), (1, 2)]) == nil)
        // Ranks 1, 2.5, 2.5, 4 beside 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5).
        let found = try #require(RankCorrelation.spearman([(1, 1), (2, 2), (2, 3), (5, 9)]))
        #expect(abs(found - 4.5 / 22.5.squareRoot()) < 1e-12)
    }
}
