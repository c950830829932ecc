import Encryption
import Testing

@Suite struct CircuitCostTests {
    private let circuit: Circuit
    /// Of two batches.
    private let images: Int

    init() throws {
        let graph = SampleNetwork.lenet()
        circuit = try Circuit(graph, plan: SamplePlan.plan(for: graph, degree: 2), images: 1)
        images = 2 * circuit.imagesPerCiphertext
    }

    private func cost(images: Int, threads: Int = 1, memoryLimit: Int = 1 << 40) -> CircuitCost {
        CircuitCost(showing: circuit, images: images, threads: threads, memoryLimit: memoryLimit)
    }

    @Test func memoryIsPlannedBeforeItIsSpent() throws {
        let whole = cost(images: images)
        #expect(whole.batches == 2)
        #expect(whole.schedule.keepsKeys && !whole.schedule.staysEncoded.contains(false))
        #expect(whole.encodingSecondsPerBatch == 0)
        // Plaintexts go first, then all keys but one stage's; what remains is needed.
        let tight = try CircuitCost(
            circuit, images: images, threads: 1, memoryLimit: whole.schedule.memoryBytes - 1)
        #expect(tight.schedule.keepsKeys && tight.schedule.staysEncoded.contains(false))
        #expect(tight.encodingSecondsPerBatch > 0)
        let bare = cost(images: 1)
        let staged = try CircuitCost(circuit, images: images, threads: 1, memoryLimit: bare.schedule.memoryBytes - 1)
        #expect(!staged.schedule.keepsKeys)
        #expect(staged.schedule.memoryBytes < bare.schedule.memoryBytes)
        #expect(throws: EncryptionError.self) {
            try CircuitCost(circuit, images: images, threads: 1, memoryLimit: whole.matrices[0].keyBytes)
        }
    }

    @Test func keysAndEncodingArePaidInEveryRoundUnlessKeysAreKept() throws {
        let limit = cost(images: 1).schedule.memoryBytes - 1
        let perRound = cost(images: 1000 * circuit.imagesPerCiphertext, memoryLimit: limit).schedule.batchesPerRound
        let batches = 2 * perRound + 1
        let kept = cost(images: batches * circuit.imagesPerCiphertext)
        #expect(kept.schedule.keepsKeys && kept.preparations == 1)
        let once = kept.matrices.reduce(0) { $0 + $1.keySeconds }
        #expect(kept.keySeconds == once)
        let staged = cost(images: batches * circuit.imagesPerCiphertext, memoryLimit: limit)
        #expect(!staged.schedule.keepsKeys && staged.schedule.batchesPerRound == perRound && perRound > 1)
        #expect(staged.preparations == 3)
        #expect(staged.keySeconds == 3 * once)
        let encoding = staged.matrices.reduce(0) { $0 + ($1.staysEncoded ? $1.encodingSeconds : 0) }
        #expect(encoding > 0)
        #expect(abs(staged.preparationSeconds - 3 * encoding) < 1e-9)
        let evaluation = Double(batches) * staged.processorSecondsPerBatch
        let total = staged.keySeconds + staged.preparationSeconds + evaluation
        #expect(abs(staged.seconds - total) < 1e-9)
    }

    @Test func everyThreadHasRoomForWhatItWorksWith() throws {
        let bytes = (1...3).map { cost(images: 1, threads: $0).schedule.memoryBytes }
        // At the least a rotation's digits and the products that they are summed into, at the top level.
        let limb = 8 << circuit.parameters.logRing
        let raised = (circuit.parameters.limbs + circuit.parameters.auxiliaryLimbs) * limb
        #expect(bytes[1] - bytes[0] >= (circuit.parameters.digits + 2) * raised)
        #expect(bytes[2] - bytes[1] >= bytes[1] - bytes[0])
        let least = cost(images: 1, threads: 1, memoryLimit: 0).schedule.memoryBytes
        #expect(throws: EncryptionError.memory(bytes: least, limit: least - 1)) {
            try CircuitCost(circuit, images: 1, threads: 3, memoryLimit: least - 1)
        }
    }

    @Test func asManyThreadsWorkAsThereIsRoomFor() throws {
        let costs = (1...3).map { cost(images: 1, threads: $0) }
        #expect(costs.map(\.threads) == [1, 2, 3])
        for (fewer, more) in zip(costs, costs.dropFirst()) {
            // Where the keys of all layers are kept by fewer threads and not by more, too.
            let short = cost(images: 1, threads: 3, memoryLimit: more.schedule.memoryBytes - 1)
            #expect(short.schedule.memoryBytes < more.schedule.memoryBytes)
            #expect(short.seconds <= fewer.seconds)
        }
        let least = cost(images: 1, threads: 1, memoryLimit: 0).schedule.memoryBytes
        #expect(cost(images: 1, threads: 3, memoryLimit: least).threads == 1)
    }
}
