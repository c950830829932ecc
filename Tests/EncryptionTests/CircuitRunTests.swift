import Encryption
import Testing

@Suite struct CircuitRunTests {
    /// A ciphertext that says when it goes.
    private final class Counted: Sendable {
        let vector: SlotVector

        init(_ vector: SlotVector) { self.vector = vector }
    }

    /// The clear server on counted ciphertexts.
    private struct CountingServer: SlotServer {
        let clear: ClearServer

        func drift(at level: Int) -> Double { clear.drift(at: level) }
        func encode(_ slots: [Double], level: Int) throws(EncryptionError) -> SlotVector {
            try clear.encode(slots, level: level)
        }
        func digits(of ciphertext: Counted) {}
        func rotate(_ ciphertext: Counted, _ digits: Void?, by step: Int) throws(EncryptionError) -> Counted {
            Counted(try clear.rotate(ciphertext.vector, digits, by: step))
        }
        func sum(of products: [(Counted, SlotVector)]) throws(EncryptionError) -> Counted {
            Counted(try clear.sum(of: products.map { ($0.0.vector, $0.1) }))
        }
        func add(_ first: Counted, _ second: Counted) throws(EncryptionError) -> Counted {
            Counted(try clear.add(first.vector, second.vector))
        }
        func add(_ ciphertext: Counted, _ plaintext: SlotVector) throws(EncryptionError) -> Counted {
            Counted(try clear.add(ciphertext.vector, plaintext))
        }
        func rescale(_ ciphertext: Counted) throws(EncryptionError) -> Counted {
            Counted(try clear.rescale(ciphertext.vector))
        }
        func square(_ ciphertext: Counted) throws(EncryptionError) -> Counted {
            Counted(try clear.square(ciphertext.vector))
        }
        func drop(_ ciphertext: Counted, to level: Int) throws(EncryptionError) -> Counted {
            Counted(try clear.drop(ciphertext.vector, to: level))
        }
    }

    private final class WeakInput {
        weak var ciphertext: Counted?

        init(_ ciphertext: Counted) { self.ciphertext = ciphertext }
    }

    @Test func inputsAreLetGoOfOnceTheyAreRead() throws {
        let graph = SampleNetwork.branches()
        let circuit = try Circuit(graph, plan: SamplePlan.plan(for: graph, degree: 2), images: 1)
        let stages = circuit.stages
        let schedule = Schedule(keepsKeys: false, batchesPerRound: 2, staysEncoded: stages.map { _ in false })
        var run = try CircuitRun(circuit, schedule, threads: 2) {
            CountingServer(clear: ClearServer(circuit.parameters, for: stages[$0]))
        }
        var watched: [WeakInput] = []
        func inputs() throws -> [[Counted]] {
            let batches = try (0..<2).map { _ in
                try circuit.packed([]).map { Counted(ClearClient().encrypt($0)) }
            }
            watched = batches.joined().map(WeakInput.init)
            return batches
        }
        var duringFirst = -1
        var behindFirst = -1
        _ = try run.logits(
            of: try inputs(),
            afterStage: { if $0 == 0 { behindFirst = watched.count { $0.ciphertext != nil } } },
            observe: { value, _ in
                // The first batch's variable is made: what it was made of is gone, the second one's is not.
                if duringFirst < 0 { duringFirst = watched.count { $0.ciphertext != nil } }
            })
        #expect(watched.count == 2 * circuit.inputCiphertexts)
        #expect(duringFirst == circuit.inputCiphertexts)
        #expect(behindFirst == 0)
    }
}
