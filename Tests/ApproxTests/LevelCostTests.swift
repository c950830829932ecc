import Approx
import Testing

@Suite struct LevelCostTests {
    @Test(arguments: [(2, 1), (3, 2), (4, 2), (5, 3), (7, 3), (8, 4), (15, 4), (16, 5), (31, 5), (63, 6)])
    func levelsAreThoseOfTheBand(degree: Int, levels: Int) throws {
        #expect(try LevelCost.levels(of: Degree(degree)) == levels)
    }

    @Test(arguments: [-1, 0, 1, 64]) func degreesOutsideAreRefused(degree: Int) {
        #expect(throws: ApproxError.degreeOutOfRange(degree, allowed: 2...63)) { try Degree(degree) }
    }
}
