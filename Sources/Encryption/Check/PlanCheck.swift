internal import Approx
package import Foundation
package import Network

/// Runs a plan stage by stage, from the trained network to real encryption, and says which stage changed what.
///
/// For example:
///
///     let check = try PlanCheck(
///         network, images, 0..<64, preprocessing: preprocessing, threads: 2, memoryLimit: 3 << 30)
///     let report = try check.run(upTo: .encrypted, seed: 0).report
package struct PlanCheck: Sendable {
    package let network: PlannedNetwork
    package let circuit: Circuit
    package let cost: CircuitCost
    package let summary: CircuitSummary
    let images: ImageSet
    let range: Range<Int>
    let preprocessing: Preprocessing

    package var imageCount: Int { range.count }

    /// What a run of a check leaves.
    package struct Result: Sendable {
        package let report: CheckReport
        /// Of the last stage, over all processes that worked on it.
        package let times: CheckTimes
        /// OpenFHE's version where it ran.
        package let library: String?
    }

    /// Compiles the plan's circuit and plans its memory.
    ///
    /// - Parameters:
    ///   - threads: That may run it; fewer do where the limit has no room for all of them.
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
        circuit = try Circuit(network.refitted, plan: network.plan, images: range.count, memoryLimit: memoryLimit)
        cost =
            makesKeys
            ? try CircuitCost(circuit, images: range.count, threads: threads, memoryLimit: memoryLimit)
            : CircuitCost(showing: circuit, images: range.count, threads: threads, memoryLimit: memoryLimit)
        summary = CircuitSummary(circuit, cost, layers: network.refitted.sites.map(\.name))
    }

    /// - Parameters:
    ///   - last: ``CheckStage/circuit``, ``CheckStage/simulated`` or ``CheckStage/encrypted``.
    ///   - seed: Of the simulated noise. Real encryption draws its own randomness.
    ///   - evaluation: Where the server of an encrypted run is.
    ///   - saved: What an earlier run of the same check has left, to go on from.
    ///   - progress: Called often, and behind each matrix and each batch with what another run could go on from; throwing
    ///     stops the run.
    package func run(
        upTo last: CheckStage, seed: UInt64, evaluation: EncryptedEvaluation = .inProcess,
        from saved: CheckState? = nil, progress: (CheckProgress, CheckState?) throws -> Void = { _, _ in }
    ) throws -> Result {
        let library = try library(upTo: last)
        var state = saved ?? CheckState(summary, images: range, library: library?.version)
        func clearLogits(_ graph: NetworkGraph, _ plan: [Approximation?]?) throws -> [Double] {
            try self.clearLogits(graph, plan) { try progress(CheckProgress(before: last, images: range.count), nil) }
        }
        var figures = CheckTally(
            labels: images.labels[range].map(Int.init), classCount: circuit.classCount,
            original: try clearLogits(network.original, nil),
            polynomial: try clearLogits(network.refitted, network.plan))
        func run<Client: SlotClient, Server: SlotServer>(
            _ stage: CheckStage, _ client: (Int) -> Client, server: @escaping (KeyStage) -> Server
        ) throws -> CheckOutcome where Client.Ciphertext == Server.Ciphertext {
            try self.run(stage, upTo: last, client, &state, progress, server: server)
            return state[stage]
        }
        let clear = try run(.circuit, { _ in ClearClient() }) { ClearServer(circuit.parameters, for: $0) }
        // Before anything takes minutes for figures that would be wrong.
        let room = circuit.parameters.roomBits
        guard clear.reachBits < room else { throw EncryptionError.overflow(bits: clear.reachBits, room: room) }
        figures.add(.circuit, clear.logits)
        var times = clear.times
        var layers: [LayerNoise] = []
        if last != .circuit {
            let simulated = try run(.simulated, { SimulatedClient(circuit.parameters, seed: seed, key: $0) }) {
                SimulatedServer(circuit.parameters, for: $0, seed: seed)
            }
            let noise = try simulatedNoise(seed: seed) {
                try progress(self.progress(.simulated, upTo: last, state[.simulated]), state)
            }
            let logits = NoiseModel(circuit.parameters, seed: seed).decoded(simulated.logits, noise: noise.results)
            figures.add(.simulated, logits, from: clear.logits)
            times = simulated.times
            layers = noise.layers
        }
        if let library {
            try runEncrypted(library, evaluation, upTo: last, &state, progress)
            figures.add(.encrypted, state[.encrypted].logits, from: clear.logits)
            times = state[.encrypted].times
        }
        return Result(
            report: CheckReport(
                images: range.count, stages: figures.stages, noise: layers, reachBits: clear.reachBits, roomBits: room),
            times: times, library: library?.version)
    }

    /// What an earlier run of the same check has left, from its bytes; nil where that is nothing to go on from.
    ///
    /// - Throws: ``EncryptionError`` where OpenFHE is to run and does not.
    package func state(decoding data: Data, upTo last: CheckStage) throws -> CheckState? {
        CheckState(decoding: data, of: summary, images: range, library: try library(upTo: last)?.version)
    }

    private func library(upTo last: CheckStage) throws -> OpenFHELibrary? {
        last == .encrypted ? try OpenFHELibrary() : nil
    }

    private func clearLogits(
        _ graph: NetworkGraph, _ plan: [Approximation?]?, _ checkpoint: () throws -> Void
    ) throws -> [Double] {
        let runner = try NetworkRunner(graph: graph, preprocessing: preprocessing)
        let logits =
            if let plan {
                try runner.logits(plan: plan, images, range) { _ in try checkpoint() }
            } else {
                try runner.logits(images, range) { _ in try checkpoint() }
            }
        return logits.map(Double.init)
    }
}
