import Approx
import Encryption
import Foundation
import Network
import Testing

/// Real CKKS beside slot arithmetic in clear. One after the other: keys are made while no server runs.
@Suite(.serialized, .enabled(if: InstalledOpenFHE.isThere, Comment(rawValue: InstalledOpenFHE.reason)))
struct OpenFHETests {
    let library: OpenFHELibrary
    /// The smallest that is secure: 4,096 slots, two levels.
    let parameters: CKKSParameters
    let context: OpenFHEContext

    init() throws {
        library = try OpenFHELibrary()
        parameters = try CKKSParameters(depth: 2, slots: 1)
        context = try OpenFHEContext(parameters, library)
    }

    /// As secure, and not the same.
    var others: CKKSParameters {
        CKKSParameters(
            logRing: parameters.logRing, depth: parameters.depth, scaleBits: parameters.scaleBits - 1,
            firstBits: parameters.firstBits, digits: parameters.digits)
    }

    /// All levels, with rotations by these steps.
    func stage(_ steps: [Int]) -> KeyStage {
        KeyStage(of: parameters, 0, at: 0, rotationSteps: steps, relinearises: true)
    }

    func random(_ seed: UInt64, count: Int? = nil) -> [Double] {
        var numbers = SplitMix64(seed: seed)
        return (0..<(count ?? parameters.slots)).map { _ in 2 * numbers.nextUnit() - 1 }
    }

    @Test func theSmallestRingIsSecureAndSmall() {
        #expect(parameters.logRing == 13)
        #expect(context.slots == 4096)
    }

    @Test func operationsAreThoseOfTheClearServer() throws {
        let client = try OpenFHEClient(context)
        let server = OpenFHEServer(try client.evaluationKeys(for: stage([5])))
        let clear = ClearServer(parameters, for: stage([5]))
        let (a, b) = (random(1), random(2))
        func result<Server: SlotServer>(_ server: Server, _ x: Server.Ciphertext) throws -> Server.Ciphertext {
            let x = try server.drop(x, to: 0)
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
    ///
    /// Where keys are kept, batches go through one by one; otherwise two go together, stage after stage.
    @Test(arguments: [(2, true), (2, false), (4, false)])
    func aWholeCircuitGivesTheClearValuesAtEveryLayer(degree: Int, keepsKeys: Bool) throws {
        let graph = SampleNetwork.lenet()
        let plan = SamplePlan.plan(for: graph, degree: degree, linearChannels: degree == 2)
        let circuit = try Circuit(graph, plan: plan, images: 30)
        let images = SamplePlan.images(3, for: graph)
        let context = try OpenFHEContext(circuit.parameters, library)
        let client = try OpenFHEClient(context)
        let batches = try [[0, 1], [2]].map { try circuit.packed($0.map(images.values)) }
        let stages = circuit.stages
        let schedule = Schedule(
            keepsKeys: keepsKeys, batchesPerRound: 2, staysEncoded: stages.indices.map { $0 % 2 == 0 })
        var layers: [[[Double]]] = []
        var clear = try CircuitRun(circuit, schedule, threads: 1) { ClearServer(circuit.parameters, for: stages[$0]) }
        let expected = try clear.logits(
            of: batches.map { $0.map(ClearClient().encrypt) }, observe: { layers.append($1.map(\.slots)) }
        ).map { $0.map(\.slots) }
        var run = try CircuitRun(circuit, schedule, threads: 2) { index throws(EncryptionError) in
            OpenFHEServer(try client.evaluationKeys(for: stages[index]))
        }
        var compared = 0
        let made = try run.logits(
            of: batches.map { try $0.map(client.encrypt) },
            observe: { value, ciphertexts throws(EncryptionError) in
                for (ciphertext, slots) in zip(ciphertexts, layers[compared]) {
                    // Variables are stored with half of the drift that squaring will bring: a part in a thousand.
                    let largest = slots.reduce(1) { max($0, abs($1)) }
                    #expect(largestDifference(try client.decrypt(ciphertext), slots) < 2e-3 * largest)
                }
                compared += 1
            }
        ).map { try $0.map(client.decrypt) }
        #expect(compared == layers.count && compared == 2 * (4 * (degree == 2 ? 2 : 3) + 1))
        for (batch, image) in [(0, 0), (0, 1), (1, 0)] {
            let difference = largestDifference(
                circuit.logits(made[batch], image: image), circuit.logits(expected[batch], image: image))
            #expect(difference < 1e-4)
        }
        if keepsKeys {
            let keys = run.times.keys
            _ = try run.logits(of: [batches[0].map(client.encrypt)])
            #expect(run.times.keys == keys)
        }
    }

    /// What the noise model says of fresh ciphertexts once they are decoded, within a tenth, and of squares, within a factor
    /// of 1.4.
    @Test func noiseIsWhatTheModelSays() throws {
        let client = try OpenFHEClient(context)
        let server = OpenFHEServer(try client.evaluationKeys(for: stage([])))
        let values = random(3)
        let clear = ClearServer(parameters, for: stage([]))
        let simulated = SimulatedServer(parameters, for: stage([]), seed: 1)
        let x = try server.drop(client.encrypt(values), to: 0)
        let y = try simulated.drop(SimulatedClient(parameters, seed: 1, key: 0).encrypt(values), to: 0)
        func deviation(_ found: [Double], _ expected: [Double]) -> Double {
            rootMeanSquare(zip(found, expected).map(-))
        }
        let fresh = deviation(try client.decrypt(x), values) / deviation(y.slots, values) / decoding
        #expect((1 / 1.1...1.1).contains(fresh), "fresh: measured over predicted \(fresh)")
        let square = try clear.square(clear.drop(ClearClient().encrypt(values), to: 0)).slots
        let squared = try client.decrypt(server.square(x)).map { $0 * server.drift(at: 0) }
        let ratio = deviation(squared, square) / deviation(try simulated.square(y).slots, square) / decoding
        #expect((1 / 1.4...1.4).contains(ratio), "square: measured over predicted \(ratio)")
    }

    /// Most of the mean from raising the digits (one modulus each, almost as large as the auxiliary one), and most of it from
    /// the division (one digit, far smaller than the auxiliary modulus).
    private static let ofDigits = CKKSParameters(logRing: 13, depth: 2, scaleBits: 45, firstBits: 59, digits: 3)
    private static let ofDivision = CKKSParameters(logRing: 14, depth: 2, scaleBits: 45, firstBits: 59, digits: 1)

    /// Rotations slot by slot: the few slots that have the mean of key switching, and all others.
    @Test(arguments: [ofDigits, ofDivision])
    func rotationsAddWhatTheModelSaysWhereItSays(parameters: CKKSParameters) throws {
        let steps = [1, 2, 5, 9, 33, 64, 100, 320, 777, 1024, 1500, 2000, 2500, 3000, 3333, 4000]
        let stage = KeyStage(of: parameters, 0, at: 0, rotationSteps: steps, relinearises: false)
        let client = try OpenFHEClient(OpenFHEContext(parameters, library))
        let server = OpenFHEServer(try client.evaluationKeys(for: stage))
        let values = random(3, count: parameters.slots)
        let x = try server.drop(client.encrypt(values), to: 0)
        // Keys of the model's own, since OpenFHE's are random: over many of them a slot shows what it may have.
        let simulations = try (UInt64(1)...64).map { seed in
            let simulated = SimulatedServer(parameters, for: stage, seed: seed)
            let client = SimulatedClient(parameters, seed: seed, key: 0)
            return (simulated, try simulated.drop(client.encrypt(values), to: 0))
        }
        var (peaks, others): ([Double], [Double]) = ([], [])
        for step in steps {
            let expected = Array(values[step...] + values[..<step])
            var squares = [Double](repeating: 0, count: expected.count)
            for (simulated, y) in simulations {
                let slots = try simulated.rotate(y, nil, by: step).slots
                for slot in squares.indices { squares[slot] += pow(slots[slot] - expected[slot], 2) }
            }
            let variances = squares.map { $0 / Double(simulations.count) }
            let decodingVariance = variances.reduce(0, +) / Double(variances.count)
            let deviations = variances.map { ($0 + decodingVariance).squareRoot() }
            let median = deviations.sorted()[deviations.count / 2]
            let found = zip(try client.decrypt(server.rotate(x, nil, by: step)), expected).map(-)
            for (deviation, error) in zip(deviations, found) {
                if deviation > 3 * median { peaks.append(error / deviation) } else { others.append(error / deviation) }
            }
        }
        #expect(peaks.count >= 24, "in \(peaks.count) slots the mean stands out of the other noise")
        let (peak, other) = (rootMeanSquare(peaks), rootMeanSquare(others))
        #expect((1 / 1.8...1.6).contains(peak), "peaks: measured over predicted \(peak)")
        #expect((1 / 1.1...1.1).contains(other), "all other slots: measured over predicted \(other)")
    }

    /// Two ciphertexts under one key have the same peak where a rotation ends.
    @Test func theMeanOfKeySwitchingBelongsToTheKey() throws {
        let parameters = Self.ofDivision, steps = [5, 64, 320, 777, 1024, 2000, 3000, 4000]
        let stage = KeyStage(of: parameters, 0, at: 0, rotationSteps: steps, relinearises: false)
        let client = try OpenFHEClient(OpenFHEContext(parameters, library))
        let server = OpenFHEServer(try client.evaluationKeys(for: stage))
        let errors = try [UInt64(3), 4].map { seed in
            let values = random(seed, count: parameters.slots)
            let fresh = try server.drop(client.encrypt(values), to: 0)
            return try steps.map {
                try client.decrypt(server.rotate(fresh, nil, by: $0))[parameters.slots - $0] - values[0]
            }
        }
        #expect(correlation(errors[0], errors[1]) > 0.9)
    }

    /// Decoding adds noise of the same variance.
    private var decoding: Double { 2.0.squareRoot() }

    private func rootMeanSquare(_ values: [Double]) -> Double {
        (values.reduce(0) { $0 + $1 * $1 } / Double(values.count)).squareRoot()
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
        let server = OpenFHEServer(try client.evaluationKeys(for: stage([3])))
        let ciphertext = try server.drop(client.encrypt(random(5)), to: 0)
        #expect(throws: EncryptionError.missingRotation(step: 4)) { try server.rotate(ciphertext, nil, by: 4) }
        let digits = try server.digits(of: ciphertext)
        #expect(throws: EncryptionError.missingRotation(step: 4)) { try server.rotate(ciphertext, digits, by: 4) }
        _ = try server.rotate(ciphertext, nil, by: 3)
    }

    @Test func usedUpLevelsAreAnError() throws {
        let client = try OpenFHEClient(context)
        let server = OpenFHEServer(try client.evaluationKeys(for: stage([])))
        let last = try server.square(server.square(server.drop(client.encrypt(random(6)), to: 0)))
        #expect(throws: EncryptionError.exhausted(level: 2, depth: 2)) { _ = try server.square(last) }
        #expect(throws: EncryptionError.exhausted(level: 2, depth: 2)) { _ = try server.rescale(last) }
        #expect(throws: EncryptionError.exhausted(level: 2, depth: 2)) { _ = try server.drop(last, to: 3) }
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

    func isUnreadable(_ what: String) -> (any Error) -> Bool {
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
        let path = folder.file("whole")
        do {
            let keys = try client.evaluationKeys(for: stage([1]))
            try keys.write(to: path)
            #expect(
                performing: {
                    _ = try OpenFHEEvaluationKeys(reading: path, context, for: stage([1]))
                }, throws: isUnreadable("evaluation keys"))
            withExtendedLifetime(keys) {}
        }
        for bytes in try damaged(path) {
            try bytes.write(to: URL(fileURLWithPath: folder.file("damaged")))
            #expect(
                performing: {
                    _ = try OpenFHEEvaluationKeys(reading: folder.file("damaged"), context, for: stage([1]))
                }, throws: isUnreadable("evaluation keys"))
        }
        let other = try OpenFHEContext(others, library)
        let later = KeyStage(of: parameters, 1, at: 1, rotationSteps: [1], relinearises: true)
        for (context, stage) in [(other, stage([1])), (context, later)] {
            #expect(
                performing: {
                    _ = try OpenFHEEvaluationKeys(reading: path, context, for: stage)
                }, throws: isUnreadable("evaluation keys"))
        }
        // Nothing of what was refused stays, and a server's keys go with it.
        for _ in 0..<2 {
            let none = OpenFHEServer(try client.evaluationKeys(for: later))
            #expect(throws: EncryptionError.missingRotation(step: 2)) {
                try none.rotate(none.drop(client.encrypt(random(9)), to: 1), nil, by: 2)
            }
            let server = OpenFHEServer(try OpenFHEEvaluationKeys(reading: path, context, for: stage([1])))
            _ = try server.rotate(server.drop(client.encrypt(random(9)), to: 0), nil, by: 1)
        }
    }

    @Test func keysOfALaterLevelRotateAndSquareThere() throws {
        let client = try OpenFHEClient(context)
        let stage = KeyStage(of: parameters, 1, at: 1, rotationSteps: [7], relinearises: true)
        let server = OpenFHEServer(try client.evaluationKeys(for: stage))
        let values = random(13)
        let dropped = try server.drop(client.encrypt(values), to: 1)
        #expect(dropped.level == 1)
        let rotated = try server.rotate(dropped, try server.digits(of: dropped), by: 7)
        let square = try server.square(rotated)
        #expect(square.level == 2)
        let found = try client.decrypt(square).map { $0 * server.drift(at: 1) }
        #expect(largestDifference(found, (values[7...] + values[..<7]).map { $0 * $0 }) < 1e-4)
    }

    @Test func aStageBelow128BitsIsRefused() throws {
        let deep = try CKKSParameters(depth: 5, slots: 1)
        let context = try OpenFHEContext(deep, library)
        let weak = CKKSParameters(
            logRing: deep.logRing, depth: 5, scaleBits: deep.scaleBits, firstBits: deep.firstBits, digits: 1)
        #expect(!weak.isSecure)
        let stage = KeyStage(of: weak, 0, at: 0, rotationSteps: [], relinearises: true)
        #expect(
            throws: EncryptionError.library(
                doing: "choosing the parameters of a stage", reason: "so few digits are not at 128 bits of security")
        ) { try OpenFHEClient(context).evaluationKeys(for: stage) }
    }

    @Test func aCiphertextOfOtherParametersOrAnotherScaleIsRefused() throws {
        let folder = try TemporaryFolder()
        let other = try OpenFHEContext(others, library)
        try OpenFHEClient(other).encrypt(random(10)).write(to: folder.file("foreign"))
        #expect(
            performing: {
                _ = try OpenFHECiphertext(reading: folder.file("foreign"), context)
            }, throws: isUnreadable("a ciphertext"))
        let client = try OpenFHEClient(context)
        let server = OpenFHEServer(try client.evaluationKeys(for: stage([])))
        let ciphertext = try server.drop(client.encrypt(random(11)), to: 0)
        let product = try server.sum(of: [(ciphertext, server.encode(random(12), level: 0))])
        try product.movedToWhole().write(to: folder.file("product"))
        #expect(
            performing: {
                _ = try OpenFHECiphertext(reading: folder.file("product"), context)
            }, throws: isUnreadable("a ciphertext"))
        try server.rescale(product).movedToWhole().write(to: folder.file("rescaled"))
        #expect(try OpenFHECiphertext(reading: folder.file("rescaled"), context).level == 1)
    }

    @Test func whatAServerReadsHoldsNoSecret() throws {
        let folder = try TemporaryFolder()
        let client = try OpenFHEClient(context)
        try client.writeSecret(to: folder.file("secret"))
        try context.write(to: folder.file("context"))
        try client.evaluationKeys(for: stage([1, 2])).write(to: folder.file("keys"))
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
        let server = OpenFHEServer(
            try OpenFHEEvaluationKeys(reading: folder.file("keys"), context, for: stage([1, 2])))
        let input = try server.drop(OpenFHECiphertext(reading: folder.file("ciphertext"), context), to: 0)
        let rotated = try server.rotate(input, nil, by: 2)
        try rotated.movedToWhole().write(to: folder.file("result"))
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
