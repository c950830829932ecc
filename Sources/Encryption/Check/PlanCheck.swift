internal import Approx
internal import Foundation
package import Network

/// Runs a plan stage by stage, from the trained network to real encryption, and says which stage changed what.
///
/// For example:
///
///     let check = try PlanCheck(network, images, 0..<64, preprocessing: preprocessing, threads: 2, memoryLimit: 3 << 30)
///     let report = try check.run(upTo: .encrypted, seed: 0) { _, _ in }
package struct PlanCheck: Sendable {
    package let network: PlannedNetwork
    package let circuit: Circuit
    package let cost: CircuitCost
    private let images: ImageSet
    private let range: Range<Int>
    private let preprocessing: Preprocessing
    private let threads: Int

    /// What a check found.
    package struct Report: Sendable {
        package let images: Int
        package let figures: [CheckFigures]
        /// By layer, over the first batch; empty where nothing was simulated.
        package let noise: [LayerNoise]
        /// Of the last stage that ran on the circuit.
        package let times: CheckTimes
        /// log2 of the largest magnitude in a slot at the circuit's end, and what the last modulus carries.
        package let reachBits: Double
        package let roomBits: Double
        /// OpenFHE's version where it ran.
        package let library: String?
    }

    /// Compiles the plan's circuit and plans its memory.
    ///
    /// - Parameters:
    ///   - memoryLimit: Bytes that the run may take.
    /// - Throws: ``EncryptionError`` where the plan cannot be encrypted or does not fit.
    package init(
        _ network: PlannedNetwork, _ images: ImageSet, _ range: Range<Int>, preprocessing: Preprocessing,
        threads: Int, memoryLimit: Int
    ) throws(EncryptionError) {
        guard threads > 0 else { throw .threadCount(threads) }
        self.network = network
        self.images = images
        self.range = range
        self.preprocessing = preprocessing
        self.threads = threads
        circuit = try Circuit(network.refitted, plan: network.plan, images: range.count, memoryLimit: memoryLimit)
        cost = try CircuitCost(circuit, memoryLimit: memoryLimit)
    }

    /// - Parameters:
    ///   - last: ``CheckStage/circuit``, ``CheckStage/simulated`` or ``CheckStage/encrypted``.
    ///   - seed: Of the simulated noise. Real encryption draws its own randomness.
    ///   - progress: Called with the images done and the stage; throwing stops the run.
    package func run(
        upTo last: CheckStage, seed: UInt64, progress: (Int, CheckStage) throws -> Void
    ) throws -> Report {
        let library = last == .encrypted ? try OpenFHELibrary() : nil
        let original = try clearLogits(network.original, nil)
        let polynomial = try clearLogits(network.refitted, network.plan)
        var figures: [CheckFigures] = []
        func add(_ stage: CheckStage, _ logits: [Double], noise: LogitsError? = nil) {
            figures.append(
                self.figures(
                    stage, logits, noise, original: original, polynomial: polynomial, before: figures.last))
        }
        add(.original, original)
        add(.polynomial, polynomial)
        let steps = circuit.rotationSteps
        let clear = try run(.circuit, ClearClient(), ClearServer(circuit.parameters, steps: steps), progress)
        add(.circuit, clear.logits)
        var times = clear.times
        if last != .circuit {
            let simulated = try run(
                .simulated, SimulatedClient(circuit.parameters, seed: seed),
                SimulatedServer(circuit.parameters, steps: steps, seed: seed), progress)
            add(.simulated, simulated.logits, noise: LogitsError(of: simulated.logits, from: clear.logits))
            times = simulated.times
        }
        if let library {
            let encrypted = try runEncrypted(library, progress)
            add(.encrypted, encrypted.logits, noise: LogitsError(of: encrypted.logits, from: clear.logits))
            times = encrypted.times
        }
        let room = circuit.parameters.roomBits
        guard clear.reachBits < room else { throw EncryptionError.overflow(bits: clear.reachBits, room: room) }
        return Report(
            images: range.count, figures: figures, noise: last == .circuit ? [] : try layerNoise(seed: seed),
            times: times, reachBits: clear.reachBits, roomBits: room,
            library: library?.version)
    }

    private func clearLogits(_ graph: NetworkGraph, _ plan: [Approximation?]?) throws -> [Double] {
        let runner = try NetworkRunner(graph: graph, preprocessing: preprocessing)
        let logits =
            if let plan {
                try runner.logits(plan: plan, images, range) { _ in }
            } else {
                try runner.logits(images, range) { _ in }
            }
        return logits.map(Double.init)
    }

    private func figures(
        _ stage: CheckStage, _ logits: [Double], _ noise: LogitsError?, original: [Double], polynomial: [Double],
        before: CheckFigures?
    ) -> CheckFigures {
        let classes = classes(of: logits)
        let labels = images.labels[range].map(Int.init)
        let isRight = zip(classes, labels).map(==)
        let wasRight = before.map { zip($0.classes, labels).map(==) } ?? isRight
        return CheckFigures(
            stage: stage, classes: classes, correct: isRight.count { $0 },
            agreeingWithOriginal: zip(classes, self.classes(of: original)).count(where: ==),
            agreeingWithPolynomial: zip(classes, self.classes(of: polynomial)).count(where: ==),
            lost: zip(wasRight, isRight).count { $0 && !$1 }, gained: zip(wasRight, isRight).count { !$0 && $1 },
            error: stage == .original ? nil : LogitsError(of: logits, from: polynomial), noise: noise)
    }

    /// The first largest logit of each image; -1 where one is not finite.
    private func classes(of logits: [Double]) -> [Int] {
        let count = circuit.classCount
        return stride(from: 0, to: logits.count, by: count).map { start in
            let scores = logits[start..<start + count]
            guard scores.allSatisfy(\.isFinite), let largest = scores.max() else { return -1 }
            return (scores.firstIndex(of: largest) ?? start) - start
        }
    }
}

extension PlanCheck {
    /// Logits, seconds and the reach of what a backend made of all images.
    private struct Outcome {
        var logits: [Double] = []
        var times = CheckTimes()
        var reachBits = -Double.infinity
    }

    private func run<Client: SlotClient, Server: SlotServer>(
        _ stage: CheckStage, _ client: Client, _ server: Server, _ progress: (Int, CheckStage) throws -> Void
    ) throws -> Outcome where Client.Ciphertext == Server.Ciphertext {
        var outcome = Outcome()
        let clock = ContinuousClock()
        func timed<Result>(_ part: WritableKeyPath<CheckTimes, Double>, _ body: () throws -> Result) rethrows -> Result
        {
            let start = clock.now
            defer { outcome.times[keyPath: part] += (clock.now - start) / .seconds(1) }
            return try body()
        }
        let prepared = try timed(\.preparation) {
            try PreparedCircuit(circuit, on: server, cacheBytes: cost.cacheBytes, threads: threads)
        }
        let capacity = circuit.imagesPerCiphertext
        for start in stride(from: range.lowerBound, to: range.upperBound, by: capacity) {
            let part = start..<min(start + capacity, range.upperBound)
            let packed = try circuit.packed(inputs(part))
            let input = try timed(\.encryption) { try packed.map { try client.encrypt($0) } }
            let output = try timed(\.evaluation) { try prepared.run(input) }
            let slots = try timed(\.decryption) { try output.map { try client.decrypt($0) } }
            outcome.times.batches += 1
            for image in 0..<part.count { outcome.logits += circuit.logits(slots, image: image) }
            outcome.reachBits = max(outcome.reachBits, log2(slots.joined().reduce(0) { max($0, abs($1)) }))
            try progress(part.upperBound - range.lowerBound, stage)
        }
        return outcome
    }

    private func runEncrypted(
        _ library: OpenFHELibrary, _ progress: (Int, CheckStage) throws -> Void
    ) throws -> Outcome {
        let clock = ContinuousClock()
        let start = clock.now
        let context = try OpenFHEContext(circuit.parameters, library)
        let client = try OpenFHEClient(context)
        try client.makeEvaluationKeys(steps: circuit.rotationSteps)
        let keys = (clock.now - start) / .seconds(1)
        var outcome = try run(.encrypted, client, OpenFHEServer(context), progress)
        outcome.times.keys = keys
        return outcome
    }

    /// The first batch with and without noise, layer by layer.
    private func layerNoise(seed: UInt64) throws -> [LayerNoise] {
        let part = range.prefix(circuit.imagesPerCiphertext)
        let packed = try circuit.packed(inputs(part.startIndex..<part.endIndex))
        func variables(
            _ server: some SlotServer<SlotVector>, _ encrypt: ([Double]) -> SlotVector
        ) throws -> [Int: [Double]] {
            var variables: [Int: [Double]] = [:]
            let prepared = try PreparedCircuit(circuit, on: server, cacheBytes: 0, threads: threads)
            _ = try prepared.run(packed.map(encrypt)) { value, ciphertexts in
                guard case .power(let site, 0) = value, let placement = circuit.placements[site] else { return }
                let slots = ciphertexts.map(\.slots)
                variables[site] = (0..<part.count).flatMap { circuit.unpacked(slots, placement, image: $0) }
            }
            return variables
        }
        let steps = circuit.rotationSteps
        let clear = try variables(ClearServer(circuit.parameters, steps: steps), ClearClient().encrypt)
        let noisy = try variables(
            SimulatedServer(circuit.parameters, steps: steps, seed: seed),
            SimulatedClient(circuit.parameters, seed: seed).encrypt)
        return clear.keys.sorted().map {
            LayerNoise(site: $0, values: noisy[$0] ?? [], reference: clear[$0] ?? [])
        }
    }

    private func inputs(_ part: Range<Int>) -> [[Double]] {
        let count = images.shape.count
        var pixels = [Float](repeating: 0, count: part.count * count)
        pixels.withUnsafeMutableBufferPointer { buffer in
            guard let first = buffer.baseAddress else { return }
            images.write(part, preprocessing: preprocessing, into: first)
        }
        return (0..<part.count).map { pixels[$0 * count..<($0 + 1) * count].map(Double.init) }
    }
}
