/// The server's side of an encrypted run over files: it reads parameters, evaluation keys and ciphertexts, and writes
/// ciphertexts. It neither has nor can ask for a secret key.
package struct CircuitService {
    private let circuit: Circuit
    private let schedule: Schedule
    private let threads: Int

    /// - Parameter circuit: The one that the client packs its images for.
    package init(_ circuit: Circuit, _ schedule: Schedule, threads: Int) throws(EncryptionError) {
        guard threads > 0 else { throw .threadCount(threads) }
        self.circuit = circuit
        self.schedule = schedule
        self.threads = threads
    }

    /// Evaluates every batch in the folder.
    package func evaluate(
        _ folder: RoleFolder, batches: Int, _ library: OpenFHELibrary
    ) throws -> ServerTimes {
        let context = try OpenFHEContext(reading: folder.context, circuit.parameters, library)
        let stages = circuit.stages
        var run = try CircuitRun(circuit, schedule, threads: threads) { stage throws(EncryptionError) in
            let path = folder.evaluationKeys(stage: stage)
            return OpenFHEServer(try OpenFHEEvaluationKeys(reading: path, context, for: stages[stage]))
        }
        for round in Rounds(batches, of: schedule.batchesPerRound) {
            let inputs = try round.map { batch in
                try (0..<circuit.inputCiphertexts).map { index in
                    try OpenFHECiphertext(reading: folder.input(batch: batch, ciphertext: index), context)
                }
            }
            for (batch, logits) in zip(round, try run.logits(of: consume inputs)) {
                for (index, output) in logits.enumerated() {
                    try output.movedToWhole().write(to: folder.output(batch: batch, ciphertext: index))
                }
            }
        }
        return run.takeTimes()
    }
}
