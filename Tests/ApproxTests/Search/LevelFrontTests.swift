import Approx
import Testing

@Suite struct LevelFrontTests {
    @Test func levelsFollowTheLongestPath() {
        // One level for each linear piece; the branch of layers 2 and 3 is the longer one, the shortcut adds nothing.
        #expect(SearchSamples.chain(3).levels(ofLayers: [1, 1, 2]) == 3 + 4 + 1)
        #expect(SearchSamples.branches.levels(ofLayers: [1, 1, 1, 1, 1]) == 4 + 4 + 1)
        #expect(SearchSamples.branches.levels(ofLayers: [1, 5, 1, 1, 1]) == 3 + 7 + 1)
    }

    /// 20 linear levels and 19 layers: 49 and 58 levels of the mixed and the quartic ResNet-20.
    @Test func levelsOfAResidualNetwork() {
        let graph = SearchSamples.chain(19)
        #expect(graph.levels(ofLayers: Array(repeating: 1, count: 19)) == 39)
        #expect(graph.levels(ofLayers: Array(repeating: 2, count: 10) + Array(repeating: 1, count: 9)) == 49)
        #expect(graph.levels(ofLayers: Array(repeating: 2, count: 19)) == 58)
    }

    @Test(arguments: 0..<20) func everyBudgetHasItsOptimum(seed: UInt64) throws {
        for graph in [SearchSamples.chain(5), SearchSamples.branches] {
            let space = SearchSamples.space(graph, seed: seed)
            let plans = SearchSamples.plans(of: space).map { (levels: space.levels(of: $0), cost: space.cost(of: $0)) }
            let front = try LevelFront(of: space)
            for budget in 0...40 {
                let expected = plans.filter { $0.levels <= budget }.map(\.cost).min()
                let found = front.best(within: budget)
                #expect(found?.cost == expected, "budget \(budget)")
                if let found {
                    #expect(space.levels(of: found.choices) == found.levels)
                    #expect(space.cost(of: found.choices) == found.cost)
                }
            }
        }
    }

    @Test func budgetLimitsTheFront() throws {
        let space = SearchSamples.space(SearchSamples.branches, seed: 3)
        let (all, some) = (try LevelFront(of: space), try LevelFront(of: space, budget: 12))
        #expect(some.points == all.points.filter { $0.levels <= 12 })
        #expect(throws: SearchError.budgetTooSmall(levels: 8, least: 9)) { try LevelFront(of: space, budget: 8) }
    }

    @Test func bootstrapsBeginWhereTheChainEnds() {
        #expect(BootstrapCount.bootstraps(levels: 10, chain: 10) == 0)
        #expect(BootstrapCount.bootstraps(levels: 11, chain: 10) == 1)
        #expect(BootstrapCount.bootstraps(levels: 39, chain: 10) == 3)
    }
}
