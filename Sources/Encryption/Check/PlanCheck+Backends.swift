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
        _ stage: CheckStage, _ client: Client, _ server: Server, _ progress: (Int, CheckStage) throws -> Void
    ) throws -> Outcome where Client.Ciphertext == Server.Ciphertext {
        var outcome = Outcome()
        let prepared = try outcome.timed(\.preparation) {
            try PreparedCircuit(circuit, on: server, cacheBytes: cost.cacheBytes, threads: threads)
        }
        for part in batches {
            let packed = try circuit.packed(inputs(part))
            let input = try outcome.timed(\.encryption) { try packed.map { try client.encrypt($0) } }
            let output = try outcome.timed(\.evaluation) { try prepared.run(input) }
            outcome.add(try outcome.timed(\.decryption) { try output.map { try client.decrypt($0) } }, part, circuit)
            try progress(part.upperBound - range.lowerBound, stage)
        }
        return outcome
    }

    func runEncrypted(
        _ library: OpenFHELibrary, _ evaluation: EncryptedEvaluation,
        _ progress: (Int, CheckStage) throws -> Void
    ) throws -> Outcome {
        let clock = ContinuousClock()
        let start = clock.now
        let context = try OpenFHEContext(circuit.parameters, library)
        let client = try OpenFHEClient(context)
        try client.makeEvaluationKeys(steps: circuit.rotationSteps)
        let keys = (clock.now - start) / .seconds(1)
        var outcome =
            switch evaluation {
            case .inProcess: try run(.encrypted, client, OpenFHEServer(context), progress)
            case .separate(let folder, let evaluate):
                try run(client, context, through: folder, evaluate, progress)
            }
        outcome.times.keys = keys
        return outcome
    }

    /// Leaves everything that a server needs in files, has them evaluated, and reads the results.
    private func run(
        _ client: OpenFHEClient, _ context: OpenFHEContext, through folder: RoleFolder,
        _ evaluate: (_ batches: Int) throws -> ServerTimes, _ progress: (Int, CheckStage) throws -> Void
    ) throws -> Outcome {
        var outcome = Outcome()
        try context.write(to: folder.context)
        try client.writeEvaluationKeys(to: folder.evaluationKeys)
        try client.forgetEvaluationKeys()
        for (batch, part) in batches.enumerated() {
            for (index, slots) in try circuit.packed(inputs(part)).enumerated() {
                try outcome.timed(\.encryption) { try client.encrypt(slots) }
                    .write(to: folder.input(batch: batch, ciphertext: index))
            }
        }
        let server = try evaluate(batches.count)
        outcome.times.preparation = server.preparation
        outcome.times.evaluation = server.evaluation
        for (batch, part) in batches.enumerated() {
            let output = try (0..<circuit.outputCiphertexts).map { index in
                try OpenFHECiphertext(reading: folder.output(batch: batch, ciphertext: index), context)
            }
            outcome.add(try outcome.timed(\.decryption) { try output.map { try client.decrypt($0) } }, part, circuit)
            try progress(part.upperBound - range.lowerBound, .encrypted)
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
