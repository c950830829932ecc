import Foundation
import Network
import Testing

/// Damaged files must end in an error or be read; never in a trap, never in an allocation of what they claim.
@Suite struct HostileFilesTests {
    private struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return state ^ (state >> 29)
        }
    }

    @Test(arguments: [
        ("cifar10", "test.bin.gz"), ("idx", "t10k-images-idx3-ubyte.gz"), ("idx", "t10k-labels-idx1-ubyte.gz"),
        ("npz", "mnist.npz"), ("npz-split", "test.npz"), ("npz-last", "data.npz"),
        ("folders", "test/cat/a.png"), ("folders-jpeg", "test/a/1.jpeg"),
    ])
    func damagedBytesNeverTrap(_ fixture: String, _ name: String) throws {
        let scratch = try ScratchDirectory(copying: fixture)
        let original = try scratch.bytes(of: name)
        var generator = Generator(state: 7)
        for _ in 0..<150 {
            var bytes = original
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: bytes.indices, using: &generator)] =
                    [0, 0xff, 0x7f, 0x80, .random(in: 0...255)]
                    .randomElement(using: &generator) ?? 0
            }
            if Bool.random(using: &generator) {
                bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator))
            }
            try scratch.write(bytes, to: name)
            do {
                let images = try Dataset.open(at: scratch.path).images(of: .test)
                #expect(images.count > 0)
            } catch {
                #expect(!error.description.contains("\n"))
            }
        }
    }

    /// A header that claims more than the file could hold, on a plain file whose size is right at hand.
    @Test func claimsOfPlainHeadersAreHeldAgainstTheFile() throws {
        let scratch = try ScratchDirectory(copying: "idx")
        var generator = Generator(state: 11)
        for _ in 0..<300 {
            var header: [UInt8] = [0, 0, 8, 3]
            for _ in 0..<12 { header.append([0, 1, 0xff].randomElement(using: &generator) ?? 0) }
            try scratch.write(header, to: "t10k-images-idx3-ubyte")
            #expect(throws: DataError.self) { try Dataset.open(at: scratch.path) }
        }
    }
}
