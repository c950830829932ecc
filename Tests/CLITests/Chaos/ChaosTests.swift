import Foundation
import Store
import Testing

/// `kill -9` at random moments, many times: nothing is lost, nothing is done twice, and the results are the same.
@Suite struct ChaosTests {
    /// `make chaos` asks for more.
    private static var kills: Int {
        ProcessInfo.processInfo.environment["CENTROID_CHAOS_KILLS"].flatMap(Int.init) ?? 20
    }

    private static var seed: UInt64 {
        ProcessInfo.processInfo.environment["CENTROID_CHAOS_SEED"].flatMap { UInt64($0) } ?? 1
    }

    @Test func storeThatWasKilledOftenHoldsTheSameResults() throws {
        var run = ChaosRun(kills: Self.kills, seed: Self.seed, at: try ChaosSite())
        try run.run()
        let calm = try ChaosSite()
        for seed in 1...run.sweeps { try calm.sweep(seed) }
        try calm.succeed("work", "--workers", "2")
        let states = Dictionary(uniqueKeysWithValues: try calm.store.jobs(limit: 1_000_000).map { ($0.key, $0.state) })

        let table = try ChaosTable(run, in: run.site.store, undisturbed: states)
        let digests = try [calm, run.site].map { try $0.succeed("store", "digest") }
        print(table.rendered(run, digestsAreEqual: digests[0] == digests[1]))
        #expect(run.workersKilled + run.supervisorsKilled >= Self.kills)
        // How often a kill meets a running job depends on what else the machine does.
        #expect(10 * table.interrupted >= run.workersKilled)
        #expect(table.lost == 0)
        #expect(table.doubled == 0)
        #expect(digests[0] == digests[1])
        try run.site.succeed("store", "check")
    }
}
