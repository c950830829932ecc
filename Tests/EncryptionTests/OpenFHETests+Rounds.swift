import Encryption
import Testing

/// Batches in several rounds, with the keys of one stage at a time or of all of them.
extension OpenFHETests {
    /// A branching network, and what three batches of it come to in clear.
    struct Branches {
        let circuit: Circuit
        let client: OpenFHEClient
        let batches: [[[Double]]]
        let expected: [[Double]]

        init(_ library: OpenFHELibrary) throws {
            let graph = SampleNetwork.branches()
            circuit = try Circuit(graph, plan: SamplePlan.plan(for: graph, degree: 2), images: 1)
            let images = SamplePlan.images(3, for: graph)
            batches = try [0, 1, 2].map { [circuit] in try circuit.packed([images.values(of: $0)]) }
            client = try OpenFHEClient(try OpenFHEContext(circuit.parameters, library))
            let stages = circuit.stages
            let schedule = Self.schedule(circuit, keepsKeys: true)
            var run = try CircuitRun(circuit, schedule, threads: 1) { [circuit] in
                ClearServer(circuit.parameters, for: stages[$0])
            }
            expected = try batches.map { [circuit] batch in
                circuit.logits(try run.logits(of: [batch.map(ClearClient().encrypt)])[0].map(\.slots), image: 0)
            }
        }

        static func schedule(_ circuit: Circuit, keepsKeys: Bool) -> Schedule {
            Schedule(
                keepsKeys: keepsKeys, batchesPerRound: 2,
                staysEncoded: circuit.matrices.indices.map { $0 % 2 == 0 })
        }
    }

    @Test(arguments: [true, false]) func layersAtOneLevelHaveKeysOfTheirOwn(keepsKeys: Bool) throws {
        let sample = try Branches(library)
        let stages = sample.circuit.stages
        #expect(stages[1].level == stages[2].level && stages[1].rotationSteps != stages[2].rotationSteps)
        let schedule = Branches.schedule(sample.circuit, keepsKeys: keepsKeys)
        var made: [Int] = []
        var run = try CircuitRun(sample.circuit, schedule, threads: 2) { index throws(EncryptionError) in
            made.append(index)
            return OpenFHEServer(try sample.client.evaluationKeys(for: stages[index]))
        }
        var logits: [[Double]] = []
        for round in [0..<2, 2..<3] {
            let inputs = try sample.batches[round].map { try $0.map(sample.client.encrypt) }
            for output in try run.logits(of: inputs) {
                logits.append(sample.circuit.logits(try output.map(sample.client.decrypt), image: 0))
            }
        }
        for (found, expected) in zip(logits, sample.expected) { #expect(largestDifference(found, expected) < 1e-4) }
        #expect(logits.count == sample.expected.count)
        let once = Array(stages.indices)
        #expect(made == (keepsKeys ? once : once + once))
    }

    @Test(arguments: [true, false]) func aServiceReadsKeysStageByStageInEveryRound(keepsKeys: Bool) throws {
        let sample = try Branches(library)
        let temporary = try TemporaryFolder()
        let folder = RoleFolder(temporary.path)
        try OpenFHEContext(sample.circuit.parameters, library).write(to: folder.context)
        for (index, stage) in sample.circuit.stages.enumerated() {
            try sample.client.evaluationKeys(for: stage).write(to: folder.evaluationKeys(stage: index))
        }
        for (batch, inputs) in sample.batches.enumerated() {
            for (index, slots) in inputs.enumerated() {
                try sample.client.encrypt(slots).write(to: folder.input(batch: batch, ciphertext: index))
            }
        }
        let schedule = Branches.schedule(sample.circuit, keepsKeys: keepsKeys)
        let service = try CircuitService(sample.circuit, schedule, threads: 2)
        let times = try service.evaluate(folder, batches: sample.batches.count, library)
        #expect(times.keys > 0 && times.evaluation > 0)
        let context = try OpenFHEContext(reading: folder.context, sample.circuit.parameters, library)
        for (batch, expected) in sample.expected.enumerated() {
            let output = try (0..<sample.circuit.outputCiphertexts).map { index in
                try sample.client.decrypt(
                    OpenFHECiphertext(reading: folder.output(batch: batch, ciphertext: index), context))
            }
            #expect(largestDifference(sample.circuit.logits(output, image: 0), expected) < 1e-4)
        }
    }
}
