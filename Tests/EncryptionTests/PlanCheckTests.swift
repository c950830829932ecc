import Approx
import Encryption
import Foundation
import Network
import Testing

/// Checks of a plan, and going on with one that was broken off.
@Suite struct PlanCheckTests {
    private struct BrokenOff: Error {}

    private func check(images count: Int = 40, degree: Int = 2, threads: Int = 2) throws -> PlanCheck {
        let graph = SampleNetwork.lenet()
        let network = try PlannedNetwork(
            original: graph, refitted: graph, plan: SamplePlan.plan(for: graph, degree: degree))
        return try PlanCheck(
            network, SamplePlan.images(count, for: graph), 0..<count, preprocessing: .identity(channels: 1),
            threads: threads, memoryLimit: 3 << 30, makesKeys: false)
    }

    /// What a run has kept when `last` images of a stage were done, and was broken off.
    private func saved(by check: PlanCheck, behind images: Int, of stage: CheckStage) throws -> Data {
        var kept: Data?
        #expect(throws: BrokenOff.self) {
            try check.run(upTo: .simulated, seed: 1) { progress, state in
                guard let state, progress.stage == stage, progress.images >= images else { return }
                kept = try state.encoded()
                throw BrokenOff()
            }
        }
        return try #require(kept)
    }

    @Test func everyStageIsComparedWithTheOneBefore() throws {
        let report = try check().run(upTo: .simulated, seed: 1).report
        #expect(report.stages.map(\.stage) == [.original, .polynomial, .circuit, .simulated])
        #expect(report.images == 40)
        #expect(report.stages.allSatisfy { $0.classes.count == 40 })
        for (before, after) in zip(report.stages, report.stages.dropFirst()) {
            #expect(after.correct - before.correct == after.gained - after.lost)
        }
        #expect(report.stages[0].error == nil && report.stages[2].noise == nil)
        #expect(try #require(report.stages[3].noise).largest > 0)
        #expect(report.noise.map(\.layer) == SampleNetwork.lenet().sites.map(\.name))
    }

    @Test func aCheckGoesOnWithAnotherNumberOfThreads() throws {
        let check = try check()
        let other = try self.check(threads: 1)
        #expect(other.summary != check.summary)
        let saved = try saved(by: check, behind: 8, of: .circuit)
        let state = try #require(try other.state(decoding: saved, upTo: .simulated))
        let resumed = try other.run(upTo: .simulated, seed: 1, from: state)
        #expect(resumed.report == (try check.run(upTo: .simulated, seed: 1).report))
    }

    @Test(arguments: [CheckStage.circuit, .simulated])
    func aCheckThatGoesOnFindsWhatAnUndisturbedOneDoes(stage: CheckStage) throws {
        let check = try check()
        let images = check.circuit.imagesPerCiphertext
        try #require(images < check.imageCount)
        let saved = try saved(by: check, behind: images, of: stage)
        let state = try check.state(decoding: saved, upTo: .simulated)
        #expect(state != nil)
        var firstSeen: CheckProgress?
        let resumed = try check.run(upTo: .simulated, seed: 1, from: state) { progress, state in
            if state != nil { firstSeen = firstSeen ?? progress }
        }
        #expect(resumed.report == (try check.run(upTo: .simulated, seed: 1).report))
        #expect(firstSeen?.stage == stage)
        #expect(try #require(firstSeen).images >= images)
        #expect(resumed.times.batches == check.summary.batches)
    }

    @Test func whatIsNoStateOrOneOfAnotherCircuitIsNotTakenUp() throws {
        let check = try check()
        let others = [try self.check(degree: 4), try self.check(images: 36)]
        for saved in [Data([1, 2, 3]), try saved(by: check, behind: 8, of: .circuit)] {
            for other in others { #expect(try other.state(decoding: saved, upTo: .circuit) == nil) }
        }
    }

    @Test func valuesThatAreNotFiniteAreAnOverflow() throws {
        let graph = SampleNetwork.lenet()
        let steep = Polynomial(basis: .monomial, coefficients: [0, 0, 1e200], domain: -1...1)
        let plan = graph.sites.map { _ in Approximation(granularity: .layer, polynomials: [steep]) }
        let check = try PlanCheck(
            PlannedNetwork(original: graph, refitted: graph, plan: plan), SamplePlan.images(2, for: graph), 0..<2,
            preprocessing: .identity(channels: 1), threads: 1, memoryLimit: 3 << 30, makesKeys: false)
        #expect {
            try check.run(upTo: .simulated, seed: 1)
        } throws: { error in
            guard case EncryptionError.overflow(let bits, _) = error else { return false }
            return bits == .infinity
        }
    }

    @Test func progressGrowsToTheWhole() throws {
        var shares: [Double] = []
        _ = try check().run(upTo: .simulated, seed: 1) { progress, _ in shares.append(progress.share) }
        #expect(shares == shares.sorted())
        #expect(shares.allSatisfy { (0...1).contains($0) })
        #expect(abs(try #require(shares.last) - 1) < 1e-12)
    }
}
