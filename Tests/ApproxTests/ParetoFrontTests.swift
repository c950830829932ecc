import Approx
import Testing

@Suite struct ParetoFrontTests {
    @Test func whatCostsMoreForNoGainIsLeftOut() {
        #expect(ParetoFront(of: [(3, 90), (4, 89), (5, 95), (5, 96), (6, 96)]).members == [0, 3])
    }

    @Test func ofEqualsTheFirstStands() {
        #expect(ParetoFront(of: [(4, 50), (3, 70), (3, 70)]).members == [1])
        #expect(ParetoFront(of: []).members.isEmpty)
    }

    /// Against the definition.
    @Test(arguments: 0..<20) func nothingOnItIsBeatenAndAllElseIs(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let candidates = (0..<60).map { _ in
            (cost: Int(random.nextUnit() * 12), value: (random.nextUnit() * 20).rounded())
        }
        let members = ParetoFront(of: candidates).members
        for (index, candidate) in candidates.enumerated() {
            let isBeaten = candidates.contains {
                $0.cost <= candidate.cost && $0.value >= candidate.value && $0 != candidate
            }
            let isRepeated = candidates[..<index].contains { $0 == candidate }
            #expect(members.contains(index) == (!isBeaten && !isRepeated))
        }
        #expect(members.map { candidates[$0].cost } == members.map { candidates[$0].cost }.sorted())
    }
}
