internal import Foundation
internal import Network
internal import Testing

/// Whatever the bytes are, the importer answers with a network or with a ``ModelError``: it never traps.
@Suite struct ONNXImporterFuzzTests {
    private static let fixtures = ONNXFixture.all.filter { fixture in
        ["hand-", "keras-sequential-17", "residual-legacy-11-raw", "windows-legacy-17-raw", "windows-dynamo-18-raw"]
            .contains { fixture.name.hasPrefix($0) }
    }

    @Test(arguments: fixtures)
    func filesCutAnywhereAreErrors(fixture: ONNXFixture) throws {
        let file = try fixture.file
        for length in stride(from: 0, to: file.count, by: max(file.count / 300, 1)) {
            #expect(throws: ModelError.self) { try ONNXImporter.graph(from: file.prefix(length)) }
        }
    }

    @Test(arguments: fixtures)
    func filesWithFlippedBitsAreReadOrRefused(fixture: ONNXFixture) throws {
        let file = try fixture.file
        var generator = Generator(state: UInt64(file.count))
        for round in 0..<400 {
            var damaged = file
            for _ in 0..<(round % 4 + 1) {
                let position = Int.random(in: 0..<file.count, using: &generator)
                damaged[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
            }
            tryReading(damaged)
        }
    }

    @Test(arguments: fixtures)
    func filesWithForeignBytesAreReadOrRefused(fixture: ONNXFixture) throws {
        let file = try fixture.file
        var generator = Generator(state: UInt64(file.count) + 1)
        let extremes: [[UInt8]] = [
            [0xff], [0x7f], [0x80], [0x00], Array(repeating: 0xff, count: 9) + [0x01], [0xff, 0xff, 0xff, 0xff, 0x07],
        ]
        for _ in 0..<400 {
            var damaged = file
            let position = Int.random(in: 0..<file.count, using: &generator)
            let bytes = extremes[Int.random(in: 0..<extremes.count, using: &generator)]
            let end = min(position + bytes.count, file.count)
            damaged.replaceSubrange(position..<end, with: bytes.prefix(end - position))
            tryReading(damaged)
        }
    }

    private func tryReading(_ file: Data) {
        do throws(ModelError) {
            let graph = try ONNXImporter.graph(from: file)
            #expect(graph.classCount > 0)
        } catch {
            #expect(!error.description.isEmpty)
        }
    }

    /// SplitMix64, so that every run tries the same files.
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return z ^ (z >> 31)
        }
    }
}
