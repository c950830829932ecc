import Approx
import Testing

@Suite struct CrowdedFrontsTests {
    /// Whole numbers of a small range, so that ties and equal candidates are among them; some go beyond what is allowed.
    private func candidates(_ count: Int, objectives: Int, seed: UInt64) -> [Objectives] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            Objectives(
                (0..<objectives).map { _ in Double(random.below(8)) }, excess: Double(max(0, random.below(9) - 5)))
        }
    }

    /// Says by the words of the definition alone which of two is better.
    private func isBeaten(_ candidate: Objectives, by other: Objectives) -> Bool {
        switch (other.excess == 0, candidate.excess == 0) {
        case (true, false): return true
        case (false, true): return false
        case (false, false): return other.excess < candidate.excess
        case (true, true):
            let pairs = Array(zip(other.values, candidate.values))
            return !pairs.contains { $0 > $1 } && pairs.contains { $0 < $1 }
        }
    }

    @Test(arguments: 0..<10) func frontsAreWhatIsLeftUnbeatenTimeAfterTime(seed: UInt64) {
        let candidates = candidates(60, objectives: 2 + Int(seed % 2), seed: seed)
        var expected: [[Int]] = []
        var left = Array(candidates.indices)
        while !left.isEmpty {
            let front = left.filter { index in
                !left.contains { isBeaten(candidates[index], by: candidates[$0]) }
            }
            expected.append(front)
            left.removeAll { front.contains($0) }
        }
        let sorted = CrowdedFronts(of: candidates)
        #expect(sorted.fronts == expected)
        for (rank, front) in expected.enumerated() {
            #expect(front.allSatisfy { sorted.ranks[$0] == rank })
        }
        #expect(expected.count > 3)
    }

    @Test func endsOfAFrontHaveAllRoomAndOthersTheSidesOfTheirBox() {
        let front = [[0, 10], [1, 6], [4, 5], [10, 0.0]].map { Objectives($0) }
        let sorted = CrowdedFronts(of: front)
        #expect(sorted.fronts == [[0, 1, 2, 3]])
        #expect(sorted.distances[0] == .infinity && sorted.distances[3] == .infinity)
        // Neighbours of the second: 4 of 10 and 5 of 10 apart; of the third: 9 of 10 and 6 of 10.
        #expect(abs(sorted.distances[1] - 0.9) < 1e-12)
        #expect(abs(sorted.distances[2] - 1.5) < 1e-12)
        #expect(sorted.best(3) == [0, 3, 2])
        #expect(sorted.isBetter(2, than: 1) && !sorted.isBetter(1, than: 2))
        #expect(!sorted.isBetter(0, than: 3) && !sorted.isBetter(3, than: 0))
    }

    @Test func equalCandidatesAreNoReasonToDivideByNothing() {
        let sorted = CrowdedFronts(of: Array(repeating: Objectives([3, 3]), count: 4))
        #expect(sorted.fronts == [[0, 1, 2, 3]])
        #expect(sorted.distances == [.infinity, 0, 0, .infinity])
        #expect(CrowdedFronts(of: []).fronts.isEmpty)
        #expect(CrowdedFronts(of: []).best(3).isEmpty)
    }

    @Test func whatIsNotAllowedComesBehindByItsExcess() {
        let candidates = [
            Objectives([0, 0], excess: 2), Objectives([9, 9]), Objectives([5, 5], excess: 1), Objectives([9, 10]),
            Objectives([0, 1], excess: 1),
        ]
        let sorted = CrowdedFronts(of: candidates)
        #expect(sorted.fronts == [[1], [3], [2, 4], [0]])
        #expect(sorted.best(2) == [1, 3])
    }
}
