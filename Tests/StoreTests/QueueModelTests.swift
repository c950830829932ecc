import Store
import Testing

/// The queue against a model of it that is too simple to be wrong, over random sequences of operations: enqueue with
/// dependencies of both kinds, claim, heartbeat, expiry, finish, failure, loss, release, cancel, retry, crash, and a
/// clock that jumps back.
@Suite struct QueueModelTests {
    private static let walks = 2000
    private static let steps = 30
    private static let parts = 4

    @Test(arguments: 0..<parts) func queueDoesWhatItsModelDoes(part: Int) throws {
        let folder = try TemporaryFolder(inMemory: true)
        let template = folder.file("template.db")
        try Store.create(at: template).close()
        for seed in stride(from: part, to: Self.walks, by: Self.parts) {
            var walk = try QueueWalk(seed: UInt64(seed), template: template, folder: folder)
            do {
                for _ in 0..<Self.steps { try walk.step() }
                if seed.isMultiple(of: 20) { try walk.expectSound() }
            } catch {
                let steps = walk.steps.enumerated().map { "\($0.offset + 1). \($0.element)" }.joined(separator: "\n")
                Issue.record("seed \(seed):\n\(steps)\n\(error)")
                return
            }
            try walk.end()
        }
    }
}
