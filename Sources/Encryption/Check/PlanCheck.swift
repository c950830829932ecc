internal import Approx
internal import Foundation
package import Network

/// Runs a plan stage by stage, from the trained network to real encryption, and says which stage changed what.
///
/// For example:
///
///     let check = try PlanCheck(
///         network, images, 0..<64, preprocessing: preprocessing, threads: 2, memoryLimit: 3 << 30)
///     let report = try check.run(upTo: .encrypted, seed: 0) { _ in }
package struct PlanCheck: Sendable {
    package let network: PlannedNetwork
    package let circuit: Circuit
    package let cost: CircuitCost
    let images: ImageSet
    let range: Range<Int>
    let preprocessing: Preprocessing
    let threads: Int

    /// What a check found.
    package struct Report: Sendable {
        package let images: Int
        package let figures: [CheckFigures]
        /// By layer, over the first batch; empty where nothing was simulated.
        package let noise: [LayerNoise]
        /// Of the last stage that ran on the circuit.
        package let times: CheckTimes
        /// log2 of the largest magnitude in a slot at the circuit's end, 0 at least, and what the last modulus carries.
        package let reachBits: Double
        package let roomBits: Double
        /// OpenFHE's version where it ran.
        package let library: String?
    }

    /// Compiles the plan's circuit and plans its memory.
    ///
    /// - Parameters:
    ///   - memoryLimit: Bytes that the run may take.
    ///   - makesKeys: Whether it is to be run encrypted, so that its keys must fit.
    /// - Throws: ``EncryptionError`` where the plan cannot be encrypted or does not fit.
    package init(
        _ network: PlannedNetwork, _ images: ImageSet, _ range: Range<Int>, preprocessing: Preprocessing,
        threads: Int, memoryLimit: Int, makesKeys: Bool = true
    ) throws(EncryptionError) {
        guard threads > 0 else { throw .threadCount(threads) }
        self.network = network
        self.images = images
        self.range = range
        self.preprocessing = preprocessing
        self.threads = threads
        circuit = try Circuit(network.refitted, plan: network.plan, images: range.count, memoryLimit: memoryLimit)
        cost =
            makesKeys
            ? try CircuitCost(circuit, images: range.count, memoryLimit: memoryLimit)
            : CircuitCost(showing: circuit, images: range.count, memoryLimit: memoryLimit)
    }

    /// - Parameters:
    ///   - last: ``CheckStage/circuit``, ``CheckStage/simulated`` or ``CheckStage/encrypted``.
    ///   - evaluation: Where the server of an encrypted run is.
    ///   - seed: Of the simulated noise. Real encryption draws its own randomness.
    ///   - progress: Called behind each matrix and each batch; throwing stops the run.
    package func run(
        upTo last: CheckStage, seed: UInt64, evaluation: EncryptedEvaluation = .inProcess,
        progress: (CheckProgress) throws -> Void
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
        let clear = try run(.circuit, ClearClient(), progress) { ClearServer(circuit.parameters, for: $0) }
        // Before anything takes minutes for figures that would be wrong.
        let room = circuit.parameters.roomBits
        guard clear.reachBits < room else { throw EncryptionError.overflow(bits: clear.reachBits, room: room) }
        add(.circuit, clear.logits)
        var times = clear.times
        if last != .circuit {
            var simulated = try run(.simulated, SimulatedClient(circuit.parameters, seed: seed), progress) {
                SimulatedServer(circuit.parameters, for: $0, seed: seed)
            }
            simulated.logits = NoiseModel(circuit.parameters, seed: seed).decoded(
                simulated.logits, noise: LogitsError(of: simulated.logits, from: clear.logits).rootMeanSquare)
            add(.simulated, simulated.logits, noise: LogitsError(of: simulated.logits, from: clear.logits))
            times = simulated.times
        }
        if let library {
            let encrypted = try runEncrypted(library, evaluation, progress)
            add(.encrypted, encrypted.logits, noise: LogitsError(of: encrypted.logits, from: clear.logits))
            times = encrypted.times
        }
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
