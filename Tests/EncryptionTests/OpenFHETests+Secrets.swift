import Encryption
import Foundation
import Synchronization
import Testing

extension OpenFHETests {
    /// Made and read again: neither leaves the key, or the bytes of its file, in memory that was given back.
    @Test func theSecretKeyGoesWithItsClient() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("secret")
        func pattern() throws -> [UInt8] {
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
            // The secret polynomial is written last.
            let end = try #require(size) - 4096
            return try ProcessMemory.inverted(path, end..<end + 64)
        }
        do {
            let client = try OpenFHEClient(context)
            try client.writeSecret(to: path)
            #expect(try ProcessMemory.count(ofInverted: pattern()) > 0)
            withExtendedLifetime(client) {}
        }
        #expect(try ProcessMemory.count(ofInverted: pattern()) == 0)
        do {
            let client = try OpenFHEClient(readingSecret: path, context)
            #expect(try ProcessMemory.count(ofInverted: pattern()) > 0)
            withExtendedLifetime(client) {}
        }
        #expect(try ProcessMemory.count(ofInverted: pattern()) == 0)
    }

    /// Contexts, keys and ciphertexts, all at once: what draws or changes the library's tables waits for its turn.
    @Test func clientsMadeByManyThreadsAreAllDifferent() throws {
        let folder = try TemporaryFolder()
        let results = Mutex<[(key: Data, difference: Double)]>([])
        let failure = Mutex<(any Error)?>(nil)
        let values = random(31)
        DispatchQueue.concurrentPerform(iterations: 12) { index in
            do {
                let context = try OpenFHEContext(index % 2 == 0 ? parameters : others, library)
                let client = try OpenFHEClient(context)
                let stage = KeyStage(
                    of: index % 2 == 0 ? parameters : others, index, at: 0, rotationSteps: [1], relinearises: true)
                let keys = try client.evaluationKeys(for: stage)
                let path = folder.file("\(index)")
                try client.writeSecret(to: path)
                let again = try OpenFHEClient(readingSecret: path, context)
                let difference = largestDifference(try again.decrypt(client.encrypt(values)), values)
                let key = try Data(contentsOf: URL(fileURLWithPath: path)).suffix(4096)
                results.withLock { $0.append((key, difference)) }
                withExtendedLifetime(keys) {}
            } catch {
                failure.withLock { $0 = error }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        let all = results.withLock { $0 }
        #expect(all.count == 12 && Set(all.map(\.key)).count == 12)
        #expect(all.allSatisfy { $0.difference < 1e-3 })
    }
}
