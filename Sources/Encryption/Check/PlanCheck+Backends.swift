internal import Foundation
internal import Network

extension PlanCheck {
    /// Runs the images that `state` has not yet, round after round.
    ///
    /// - Parameter client: Of the batch that begins with an image.
    func run<Client: SlotClient, Server: SlotServer>(
        _ stage: CheckStage, upTo last: CheckStage, _ client: (Int) -> Client, _ state: inout CheckState,
        _ progress: (CheckProgress, CheckState?) throws -> Void,
        server: @escaping (KeyStage) throws(EncryptionError) -> Server
    ) throws where Client.Ciphertext == Server.Ciphertext {
        let stages = circuit.stages
        var run = try CircuitRun(circuit, cost.schedule, threads: cost.threads) { index throws(EncryptionError) in
            try server(stages[index])
        }
        let batches = batches(after: state[stage].images)
        for round in Rounds(batches.count, of: cost.schedule.batchesPerRound) {
            var outcome = state[stage]
            let encrypted = try round.map { batch in
                let packed = try circuit.packed(inputs(batches[batch]))
                let client = client(batches[batch].lowerBound)
                return try outcome.timed(\.encryption) { try packed.map { try client.encrypt($0) } }
            }
            let onTheWay = round.reduce(0) { $0 + batches[$1].count }
            let logits = try run.logits(of: consume encrypted) { index in
                let share = Double(index + 1) / Double(circuit.matrices.count)
                try progress(self.progress(stage, upTo: last, outcome, onTheWay: onTheWay, share: share), state)
            }
            for (batch, output) in zip(round, logits) {
                let client = client(batches[batch].lowerBound)
                let slots = try outcome.timed(\.decryption) { try output.map { try client.decrypt($0) } }
                outcome.add(slots, batches[batch], circuit)
            }
            outcome.times.add(run.takeTimes())
            state[stage] = outcome
            try progress(self.progress(stage, upTo: last, outcome), state)
        }
    }

    func runEncrypted(
        _ library: OpenFHELibrary, _ evaluation: EncryptedEvaluation, upTo last: CheckStage, _ state: inout CheckState,
        _ progress: (CheckProgress, CheckState?) throws -> Void
    ) throws {
        // Nothing is left where only the end of the job was lost.
        guard state[.encrypted].images < range.count else { return }
        var outcome = state[.encrypted]
        let (context, client) = try outcome.timed(\.keys) {
            let context = try OpenFHEContext(circuit.parameters, library)
            return (context, try OpenFHEClient(context))
        }
        state[.encrypted] = outcome
        switch evaluation {
        case .inProcess:
            try run(.encrypted, upTo: last, { _ in client }, &state, progress) { stage throws(EncryptionError) in
                OpenFHEServer(try client.evaluationKeys(for: stage))
            }
        case .separate(let folder, let evaluate):
            try run(client, context, through: folder, evaluate, upTo: last, &state, progress)
        }
    }

    /// Leaves everything that a server needs in files, has them evaluated, and reads the results.
    private func run(
        _ client: OpenFHEClient, _ context: OpenFHEContext, through folder: RoleFolder,
        _ evaluate: (_ batches: Int) throws -> ServerTimes, upTo last: CheckStage, _ state: inout CheckState,
        _ progress: (CheckProgress, CheckState?) throws -> Void
    ) throws {
        var outcome = state[.encrypted]
        try context.write(to: folder.context)
        for (index, stage) in circuit.stages.enumerated() {
            try outcome.timed(\.keys) { try client.evaluationKeys(for: stage) }
                .write(to: folder.evaluationKeys(stage: index))
        }
        let batches = batches(after: outcome.images)
        for (batch, part) in batches.enumerated() {
            for (index, slots) in try circuit.packed(inputs(part)).enumerated() {
                try outcome.timed(\.encryption) { try client.encrypt(slots) }
                    .write(to: folder.input(batch: batch, ciphertext: index))
            }
        }
        outcome.times.add(try evaluate(batches.count))
        for (batch, part) in batches.enumerated() {
            let output = try (0..<circuit.outputCiphertexts).map { index in
                try OpenFHECiphertext(reading: folder.output(batch: batch, ciphertext: index), context)
            }
            outcome.add(try outcome.timed(\.decryption) { try output.map { try client.decrypt($0) } }, part, circuit)
            state[.encrypted] = outcome
            try progress(self.progress(.encrypted, upTo: last, outcome), state)
        }
    }

    func progress(
        _ stage: CheckStage, upTo last: CheckStage, _ outcome: CheckOutcome, onTheWay: Int = 0, share: Double = 0
    ) -> CheckProgress {
        CheckProgress(
            stage: stage, last: last, images: outcome.images, total: range.count, onTheWay: onTheWay,
            shareOfRound: share)
    }

    /// The images of each batch, without the first `done`.
    func batches(after done: Int) -> [Range<Int>] {
        stride(from: range.lowerBound + done, to: range.upperBound, by: circuit.imagesPerCiphertext).map {
            $0..<min($0 + circuit.imagesPerCiphertext, range.upperBound)
        }
    }

    func inputs(_ part: Range<Int>) -> [[Double]] {
        let count = images.shape.count
        var pixels = [Float](repeating: 0, count: part.count * count)
        pixels.withUnsafeMutableBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return }
            images.write(part, preprocessing: preprocessing, into: first)
        }
        return (0..<part.count).map { pixels[$0 * count..<($0 + 1) * count].map(Double.init) }
    }
}
