internal import Foundation
internal import Network

extension PlanCheck {
    /// Logits, seconds and the reach of what a backend made of all images.
    struct Outcome {
        var logits: [Double] = []
        var times = CheckTimes()
        var reachBits = 0.0

        mutating func timed<Result>(
            _ part: WritableKeyPath<CheckTimes, Double>, _ body: () throws -> Result
        ) rethrows -> Result {
            let clock = ContinuousClock()
            let start = clock.now
            defer { times[keyPath: part] += (clock.now - start) / .seconds(1) }
            return try body()
        }

        /// The decrypted slots of one batch.
        mutating func add(_ slots: [[Double]], _ images: Range<Int>, _ circuit: Circuit) {
            times.batches += 1
            for image in 0..<images.count { logits += circuit.logits(slots, image: image) }
            reachBits = max(reachBits, log2(slots.joined().reduce(1) { max($0, abs($1)) }))
        }
    }

    func run<Client: SlotClient, Server: SlotServer>(
        _ stage: CheckStage, _ client: Client, _ progress: (CheckProgress) throws -> Void,
        server: @escaping (KeyStage) throws(EncryptionError) -> Server
    ) throws -> Outcome where Client.Ciphertext == Server.Ciphertext {
        var outcome = Outcome()
        let stages = circuit.stages
        var run = try CircuitRun(circuit, cost.schedule, threads: threads) { index throws(EncryptionError) in
            try server(stages[index])
        }
        var done = 0
        for round in Rounds(batches.count, of: cost.schedule.batchesPerRound) {
            let encrypted = try round.map { batch in
                let packed = try circuit.packed(inputs(batches[batch]))
                return try outcome.timed(\.encryption) { try packed.map { try client.encrypt($0) } }
            }
            let logits = try run.logits(of: encrypted) { index in
                try progress(CheckProgress(stage: stage, images: done, layersOfRound: index + 1))
            }
            for (batch, output) in zip(round, logits) {
                let slots = try outcome.timed(\.decryption) { try output.map { try client.decrypt($0) } }
                outcome.add(slots, batches[batch], circuit)
                done += batches[batch].count
            }
            try progress(CheckProgress(stage: stage, images: done, layersOfRound: 0))
        }
        outcome.times.add(run.times)
        return outcome
    }

    func runEncrypted(
        _ library: OpenFHELibrary, _ evaluation: EncryptedEvaluation, _ progress: (CheckProgress) throws -> Void
    ) throws -> Outcome {
        let clock = ContinuousClock()
        let start = clock.now
        let context = try OpenFHEContext(circuit.parameters, library)
        let client = try OpenFHEClient(context)
        let keys = (clock.now - start) / .seconds(1)
        var outcome =
            switch evaluation {
            case .inProcess:
                try run(.encrypted, client, progress) { stage throws(EncryptionError) in
                    OpenFHEServer(try client.evaluationKeys(for: stage))
                }
            case .separate(let folder, let evaluate):
                try run(client, context, through: folder, evaluate, progress)
            }
        outcome.times.keys += keys
        return outcome
    }

    /// Leaves everything that a server needs in files, has them evaluated, and reads the results.
    private func run(
        _ client: OpenFHEClient, _ context: OpenFHEContext, through folder: RoleFolder,
        _ evaluate: (_ batches: Int) throws -> ServerTimes, _ progress: (CheckProgress) throws -> Void
    ) throws -> Outcome {
        var outcome = Outcome()
        try context.write(to: folder.context)
        for (index, stage) in circuit.stages.enumerated() {
            try outcome.timed(\.keys) { try client.evaluationKeys(for: stage) }
                .write(to: folder.evaluationKeys(stage: index))
        }
        for (batch, part) in batches.enumerated() {
            for (index, slots) in try circuit.packed(inputs(part)).enumerated() {
                try outcome.timed(\.encryption) { try client.encrypt(slots) }
                    .write(to: folder.input(batch: batch, ciphertext: index))
            }
        }
        outcome.times.add(try evaluate(batches.count))
        var done = 0
        for (batch, part) in batches.enumerated() {
            let output = try (0..<circuit.outputCiphertexts).map { index in
                try OpenFHECiphertext(reading: folder.output(batch: batch, ciphertext: index), context)
            }
            outcome.add(try outcome.timed(\.decryption) { try output.map { try client.decrypt($0) } }, part, circuit)
            done += part.count
            try progress(CheckProgress(stage: .encrypted, images: done, layersOfRound: 0))
        }
        return outcome
    }

    /// The images of each batch.
    private var batches: [Range<Int>] {
        stride(from: range.lowerBound, to: range.upperBound, by: circuit.imagesPerCiphertext).map {
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
