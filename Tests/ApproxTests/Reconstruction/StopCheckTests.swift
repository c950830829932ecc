import Approx
import Synchronization
import Testing

@Suite struct StopCheckTests {
    private let samples = ReconstructionSamples(rows: 3000, noise: 0.2)
    private let settings = ReconstructionSettings(steps: 3, headSteps: 12)

    private func stopsAnywhere(_ solve: (@escaping StopCheck) throws -> Void) throws {
        struct Stop: Error {}
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

    @Test func aLayerStopsAtAnyOfItsChecks() throws {
        try stopsAnywhere { stop in
            _ = try LayerReconstruction(
                samples.sample(), function: .relu, degree: Degree(2), settings: settings, threads: 2, stop: stop
            ).solve(original: samples.weights)
        }
    }

    @Test func aHeadStopsAtAnyOfItsChecks() throws {
        try stopsAnywhere { stop in
            _ = try HeadReconstruction(
                samples.sample(hasAddend: false), settings: settings, threads: 2, stop: stop
            ).solve(original: samples.weights)
        }
    }
}
