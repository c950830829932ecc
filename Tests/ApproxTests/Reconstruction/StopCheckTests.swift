import Approx
import Synchronization
import Testing

@Suite struct StopCheckTests {
    @Test func aLayerStopsAtAnyOfItsChecks() throws {
        struct Stop: Error {}
        let samples = ReconstructionSamples(rows: 3000, noise: 0.2)
        func solve(_ stop: @escaping StopCheck) throws {
            _ = try LayerReconstruction(
                samples.sample(), function: .relu, degree: Degree(2), settings: ReconstructionSettings(steps: 3),
                threads: 2, stop: stop
            ).solve(original: samples.weights)
        }
        let calls = Atomic(0)
        try solve { calls.add(1, ordering: .relaxed) }
        let total = calls.load(ordering: .relaxed)
        #expect(total > 10)
        for last in 0..<total {
            let left = Atomic(last)
            #expect(throws: Stop.self) {
                try solve { if left.subtract(1, ordering: .relaxed).oldValue <= 0 { throw Stop() } }
            }
        }
    }
}
