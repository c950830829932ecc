import Approx
import Encryption
import Foundation
import Network
import Testing

/// Real CKKS beside slot arithmetic in clear. One after the other: keys are made while no server runs.
@Suite(.serialized, .enabled(if: InstalledOpenFHE.isThere, Comment(rawValue: InstalledOpenFHE.reason)))
struct OpenFHETests {
    private let library: OpenFHELibrary
    /// The smallest that is secure: 4,096 slots, two levels.
    private let parameters: CKKSParameters
    private let context: OpenFHEContext

    init() throws {
        library = try OpenFHELibrary()
        parameters = try CKKSParameters(depth: 2, slots: 1)
        context = try OpenFHEContext(parameters, library)
    }

    /// As secure, and not the same.
    private var others: CKKSParameters {
        CKKSParameters(
            logRing: parameters.logRing, depth: parameters.depth, scaleBits: parameters.scaleBits - 1,
            firstBits: parameters.firstBits, digits: parameters.digits)
    }

    private func random(_ seed: UInt64) -> [Double] {
        var numbers = SplitMix64(seed: seed)
        return (0..<parameters.slots).map { _ in 2 * numbers.nextUnit() - 1 }
    }

    @Test func theSmallestRingIsSecureAndSmall() {
        #expect(parameters.logRing == 13)
        #expect(context.slots == 4096)
    }

    @Test func operationsAreThoseOfTheClearServer() throws {
        let client = try OpenFHEClient(context)
        try client.makeEvaluationKeys(steps: [5])
        let server = OpenFHEServer(context)
        let clear = ClearServer(parameters, steps: [5])
        let (a, b) = (random(1), random(2))
        func result<Server: SlotServer>(_ server: Server, _ x: Server.Ciphertext) throws -> Server.Ciphertext {
            let plain = try server.encode(b.map { $0 * server.drift(at: 0) }, level: 0)
            let rotated = try server.rotate(x, try server.digits(of: x), by: 5)
            let product = try server.rescale(
                try server.add(try server.sum(of: [(rotated, plain), (x, plain)]), try server.sum(of: [(x, plain)])))
            let shifted = try server.add(product, try server.encode(a, level: 1))
            return try server.square(try server.rotate(shifted, nil, by: 5))
        }
        let expected = try result(clear, ClearClient().encrypt(a))
        let made = try result(server, client.encrypt(a))
        // The square's own drift is not made up for here.
        let found = try client.decrypt(made).map { $0 * server.drift(at: 1) }
        #expect(largestDifference(found, expected.slots) < 1e-4)
        #expect(made.level == 2)
    }

    /// Values between the layers are decrypted here, which a server never can: a debugging mode for tests alone.
    @Test func aWholeCircuitGivesTheClearValuesAtEveryLayer() throws {
        let graph = SampleNetwork.lenet()
        let circuit = try Circuit(graph, plan: SamplePlan.plan(for: graph, degree: 2, linearChannels: true), images: 30)
        let images = SamplePlan.images(2, for: graph)
        let context = try OpenFHEContext(circuit.parameters, library)
        let client = try OpenFHEClient(context)
        try client.makeEvaluationKeys(steps: circuit.rotationSteps)
        let packed = try circuit.packed((0..<2).map(images.values))
        var layers: [CircuitValue: [[Double]]] = [:]
        let clear = try PreparedCircuit(
            circuit, on: ClearServer(circuit.parameters, steps: circuit.rotationSteps), cacheBytes: 0, threads: 1)
        let expected = try clear.run(packed.map(ClearClient().encrypt)) { value, ciphertexts in
            if let value { layers[value] = ciphertexts.map(\.slots) }
        }.map(\.slots)
        let prepared = try PreparedCircuit(circuit, on: OpenFHEServer(context), cacheBytes: 0, threads: 2)
        var compared = 0
        let made = try prepared.run(packed.map(client.encrypt)) { value, ciphertexts throws(EncryptionError) in
            guard let value, let reference = layers[value] else { return }
            for (ciphertext, slots) in zip(ciphertexts, reference) {
                compared += 1
                // Variables are stored with half of the drift that squaring will bring: a part in a thousand.
                #expect(largestDifference(try client.decrypt(ciphertext), slots) < 2e-3, "\(value)")
            }
        }.map(client.decrypt)
        #expect(compared >= 8)
        for image in 0..<2 {
            let difference = largestDifference(
                circuit.logits(made, image: image), circuit.logits(expected, image: image))
            #expect(difference < 1e-4)
        }
    }

    /// What the noise model says of fresh ciphertexts and of squares once they are decoded, within a factor of 1.4.
    @Test func noiseIsWhatTheModelSays() throws {
        let client = try OpenFHEClient(context)
        try client.makeEvaluationKeys(steps: [5])
        let server = OpenFHEServer(context)
        let values = random(3)
        let clear = ClearServer(parameters, steps: [5])
        let simulated = SimulatedServer(parameters, steps: [5], seed: 1)
        let x = try client.encrypt(values)
        let y = SimulatedClient(parameters, seed: 1).encrypt(values)
        func deviation(_ found: [Double], _ expected: [Double]) -> Double {
            (zip(found, expected).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / Double(found.count)).squareRoot()
        }
        // Decoding adds noise of twice the variance that it finds.
        let decoding = 3.0.squareRoot()
        let fresh = deviation(try client.decrypt(x), values) / deviation(y.slots, values) / decoding
        #expect((1 / 1.4...1.4).contains(fresh), "fresh: measured over predicted \(fresh)")
        let square = try clear.square(ClearClient().encrypt(values)).slots
        let squared = try client.decrypt(server.square(x)).map { $0 * server.drift(at: 0) }
        let ratio = deviation(squared, square) / deviation(try simulated.square(y).slots, square) / decoding
        #expect((1 / 1.4...1.4).contains(ratio), "square: measured over predicted \(ratio)")
    }

    @Test func parametersBelow128BitsAreRefused() {
        let weak = CKKSParameters(logRing: 13, depth: 9, scaleBits: 36, firstBits: 50, digits: 10)
        #expect {
            _ = try OpenFHEContext(weak, library)
        } throws: { error in
            guard case .library(let doing, let reason) = error as? EncryptionError else { return false }
            return doing.contains("128-bit") && !reason.isEmpty
        }
    }

    @Test func anotherClientsCiphertextIsRefused() throws {
        let (first, second) = (try OpenFHEClient(context), try OpenFHEClient(context))
        let ciphertext = try first.encrypt(random(4))
        #expect(
            throws: EncryptionError.library(
                doing: "decrypting", reason: "the ciphertext was encrypted under another key")
        ) {
            try second.decrypt(ciphertext)
        }
    }

    @Test func aMissingRotationKeyIsAnError() throws {
        let client = try OpenFHEClient(context)
        try client.makeEvaluationKeys(steps: [3])
        let ciphertext = try client.encrypt(random(5))
        let server = OpenFHEServer(context)
        #expect(throws: EncryptionError.missingRotation(step: 4)) { try server.rotate(ciphertext, nil, by: 4) }
        let digits = try server.digits(of: ciphertext)
        #expect(throws: EncryptionError.missingRotation(step: 4)) { try server.rotate(ciphertext, digits, by: 4) }
        _ = try server.rotate(ciphertext, nil, by: 3)
        // Its end would take the other keys with it.
        withExtendedLifetime(client) {}
    }

    @Test func usedUpLevelsAreAnError() throws {
        let client = try OpenFHEClient(context)
        try client.makeEvaluationKeys(steps: [])
        let server = OpenFHEServer(context)
        let last = try server.square(server.square(client.encrypt(random(6))))
        #expect(throws: EncryptionError.exhausted(level: 2, depth: 2)) { _ = try server.square(last) }
        #expect(throws: EncryptionError.exhausted(level: 2, depth: 2)) { _ = try server.rescale(last) }
        // The client's end would take the evaluation keys with it.
        withExtendedLifetime(client) {}
    }

    @Test func aCutCiphertextFileIsRefused() throws {
        let folder = try TemporaryFolder()
        let client = try OpenFHEClient(context)
        try client.encrypt(random(7)).write(to: folder.file("whole"))
        let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.file("whole")))
        for count in [0, 10, bytes.count / 2, bytes.count - 1] {
            try bytes.prefix(count).write(to: URL(fileURLWithPath: folder.file("cut")))
            #expect(throws: EncryptionError.self) {
                _ = try OpenFHECiphertext(reading: folder.file("cut"), context)
            }
        }
        #expect(throws: EncryptionError.unreadable(what: "a ciphertext", reason: "the file cannot be read")) {
            _ = try OpenFHECiphertext(reading: folder.file("none"), context)
        }
    }

    private func isUnreadable(_ what: String) -> (any Error) -> Bool {
        { error in
            guard case .unreadable(what, let reason) = error as? EncryptionError else { return false }
            return !reason.isEmpty
        }
    }

    /// What is left of a file that was cut, and files of nothing but zeros, which are archives of null pointers.
    private func damaged(_ path: String) throws -> [Data] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        return [0, 1, 10, bytes.count / 2, bytes.count - 1].map { bytes.prefix($0) }
            + [Data(count: 5), Data([1] + [UInt8](repeating: 0, count: 64)), Data(count: bytes.count)]
    }

    @Test func aDamagedOrForeignContextFileIsRefused() throws {
        let folder = try TemporaryFolder()
        try context.write(to: folder.file("whole"))
        for bytes in try damaged(folder.file("whole")) {
            try bytes.write(to: URL(fileURLWithPath: folder.file("damaged")))
            #expect(
                performing: {
                    _ = try OpenFHEContext(reading: folder.file("damaged"), parameters, library)
                }, throws: isUnreadable("parameters"))
        }
        for wanted in [others, try CKKSParameters(depth: 3, slots: 1)] {
            #expect(
                performing: {
                    _ = try OpenFHEContext(reading: folder.file("whole"), wanted, library)
                }, throws: isUnreadable("parameters"))
        }
        #expect(try OpenFHEContext(reading: folder.file("whole"), parameters, library).slots == parameters.slots)
    }

    @Test func damagedOrForeignEvaluationKeysAreRefused() throws {
        let folder = try TemporaryFolder()
        let client = try OpenFHEClient(context)
        try client.makeEvaluationKeys(steps: [1])
        try client.writeEvaluationKeys(to: folder.file("whole"))
        #expect(
            performing: {
                _ = try OpenFHEServer(context, readingEvaluationKeys: folder.file("whole"))
            }, throws: isUnreadable("evaluation keys"))
        try client.forgetEvaluationKeys()
        for bytes in try damaged(folder.file("whole")) {
            try bytes.write(to: URL(fileURLWithPath: folder.file("damaged")))
            #expect(
                performing: {
                    _ = try OpenFHEServer(context, readingEvaluationKeys: folder.file("damaged"))
                }, throws: isUnreadable("evaluation keys"))
        }
        let other = try OpenFHEContext(others, library)
        #expect(
            performing: {
                _ = try OpenFHEServer(other, readingEvaluationKeys: folder.file("whole"))
            }, throws: isUnreadable("evaluation keys"))
        // Nothing of what was refused stays, and a server's keys go with it.
        let ciphertext = try client.encrypt(random(9))
        for _ in 0..<2 {
            #expect(throws: EncryptionError.missingRotation(step: 1)) {
                try OpenFHEServer(context).rotate(ciphertext, nil, by: 1)
            }
            let server = try OpenFHEServer(context, readingEvaluationKeys: folder.file("whole"))
            _ = try server.rotate(ciphertext, nil, by: 1)
        }
        withExtendedLifetime(client) {}
    }

    @Test func aCiphertextOfOtherParametersOrAnotherScaleIsRefused() throws {
        let folder = try TemporaryFolder()
        let other = try OpenFHEContext(others, library)
        try OpenFHEClient(other).encrypt(random(10)).write(to: folder.file("foreign"))
        #expect(
            performing: {
                _ = try OpenFHECiphertext(reading: folder.file("foreign"), context)
            }, throws: isUnreadable("a ciphertext"))
        let server = OpenFHEServer(context)
        let client = try OpenFHEClient(context)
        let product = try server.sum(of: [(client.encrypt(random(11)), server.encode(random(12), level: 0))])
        try product.write(to: folder.file("product"))
        #expect(
            performing: {
                _ = try OpenFHECiphertext(reading: folder.file("product"), context)
            }, throws: isUnreadable("a ciphertext"))
        try server.rescale(product).write(to: folder.file("rescaled"))
        #expect(try OpenFHECiphertext(reading: folder.file("rescaled"), context).level == 1)
    }

    @Test func whatAServerReadsHoldsNoSecret() throws {
        let folder = try TemporaryFolder()
        let client = try OpenFHEClient(context)
        try client.makeEvaluationKeys(steps: [1, 2])
        try client.writeSecret(to: folder.file("secret"))
        try context.write(to: folder.file("context"))
        try client.writeEvaluationKeys(to: folder.file("keys"))
        let values = random(8)
        try client.encrypt(values).write(to: folder.file("ciphertext"))

        // The secret polynomial is written last: its bytes are in each of the client's files, and in none of the
        // server's.
        let secret = try Data(contentsOf: URL(fileURLWithPath: folder.file("secret")))
        let part = secret[(secret.count - 4096)..<(secret.count - 3584)]
        #expect(Set(part).count > 100)
        try OpenFHEClient(readingSecret: folder.file("secret"), context).writeSecret(to: folder.file("copy"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("copy"))).range(of: part) != nil)
        for name in ["context", "keys", "ciphertext"] {
            let file = try Data(contentsOf: URL(fileURLWithPath: folder.file(name)))
            #expect(file.range(of: part) == nil, "\(name)")
        }
        let rights = try FileManager.default.attributesOfItem(atPath: folder.file("secret"))
        #expect((rights[.posixPermissions] as? Int).map { $0 & 0o777 } == 0o600)

        // A link that another has laid at the path is replaced and not followed.
        try Data().write(to: URL(fileURLWithPath: folder.file("theirs")))
        try FileManager.default.createSymbolicLink(
            atPath: folder.file("link"), withDestinationPath: folder.file("theirs"))
        try client.writeSecret(to: folder.file("link"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("theirs"))).isEmpty)
        #expect(try Data(contentsOf: URL(fileURLWithPath: folder.file("link"))) == secret)

        // Files are enough for the server, and the client alone can read what it made.
        try client.forgetEvaluationKeys()
        let server = try OpenFHEServer(context, readingEvaluationKeys: folder.file("keys"))
        let rotated = try server.rotate(OpenFHECiphertext(reading: folder.file("ciphertext"), context), nil, by: 2)
        try rotated.write(to: folder.file("result"))
        let again = try OpenFHEClient(readingSecret: folder.file("secret"), context)
        let result = try again.decrypt(OpenFHECiphertext(reading: folder.file("result"), context))
        #expect(largestDifference(result, values[2...] + values[..<2]) < 1e-3)
    }
}

@Suite struct PluginTests {
    private func reason(_ path: String) -> String {
        do {
            _ = try OpenFHELibrary(path: path)
            return "none: it was loaded"
        } catch {
            return "\(error)"
        }
    }

    @Test func aPluginThatOthersCouldHaveWrittenIsRefused() throws {
        let folder = try TemporaryFolder()
        try Data("no library".utf8).write(to: URL(fileURLWithPath: folder.file("plugin.so")))
        func allow(_ rights: Int, _ path: String) throws {
            try FileManager.default.setAttributes([.posixPermissions: rights], ofItemAtPath: path)
        }
        for rights in [0o664, 0o646] {
            try allow(rights, folder.file("plugin.so"))
            #expect(reason(folder.file("plugin.so")).contains("others may write to \(folder.file("plugin.so"))"))
        }
        try allow(0o644, folder.file("plugin.so"))
        try allow(0o775, folder.path)
        #expect(reason(folder.file("plugin.so")).contains("others may write to \(folder.path)"))
        try allow(0o755, folder.path)
        #expect(!reason(folder.file("plugin.so")).contains("others"))
    }

    @Test func aPathMustBeginAtTheRoot() {
        #expect(reason("plugin.so").contains("no path from the root"))
    }

    @Test func aFileThatIsNoPluginIsRefused() throws {
        let folder = try TemporaryFolder()
        try Data("no library".utf8).write(to: URL(fileURLWithPath: folder.file("plugin.so")))
        #expect {
            _ = try OpenFHELibrary(path: folder.file("plugin.so"))
        } throws: { error in
            guard case .noPlugin = error as? EncryptionError else { return false }
            return "\(error)".contains("make openfhe")
        }
    }
}
