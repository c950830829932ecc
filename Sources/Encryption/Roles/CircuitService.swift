/// The server's side of an encrypted run over files: it reads parameters, evaluation keys and ciphertexts, and writes
/// ciphertexts. It neither has nor can ask for a secret key.
package struct CircuitService {
    private let circuit: Circuit
    private let cost: CircuitCost
    private let threads: Int

    /// - Parameter circuit: The one that the client packs its images for.
    package init(_ circuit: Circuit, _ cost: CircuitCost, threads: Int) throws(EncryptionError) {
        guard threads > 0 else { throw .threadCount(threads) }
        self.circuit = circuit
        self.cost = cost
        self.threads = threads
    }

    /// Evaluates every batch in the folder.
    package func evaluate(
        _ folder: RoleFolder, batches: Int, _ library: OpenFHELibrary
    ) throws(EncryptionError) -> ServerTimes {
        let clock = ContinuousClock()
        let start = clock.now
        let context = try OpenFHEContext(reading: folder.context, circuit.parameters, library)
        let server = try OpenFHEServer(context, readingEvaluationKeys: folder.evaluationKeys)
        let prepared = try PreparedCircuit(circuit, on: server, cacheBytes: cost.cacheBytes, threads: threads)
        let ready = clock.now
        for batch in 0..<batches {
            var input: [OpenFHECiphertext] = []
            for index in 0..<circuit.inputCiphertexts {
                input.append(try OpenFHECiphertext(reading: folder.input(batch: batch, ciphertext: index), context))
            }
            for (index, output) in try prepared.run(input).enumerated() {
                try output.write(to: folder.output(batch: batch, ciphertext: index))
            }
        }
        return ServerTimes(
            preparation: (ready - start) / .seconds(1), evaluation: (clock.now - ready) / .seconds(1))
    }
}
