internal import Encryption
internal import Network
internal import Store
internal import Worker

/// What an encrypted run of a plan would take, by the cost model of `centroid check --explain` and for as many images.
struct CircuitForecast: Encodable {
    let secondsPerImage: Double
    let secondsPerBatch: Double
    let imagesPerCiphertext: Int
    let logRing: Int
    let threads: Int

    /// - Throws: ``EncryptionError`` where the plan cannot be a circuit.
    init(of plan: PlanRecord, model: ModelRecord, in store: Store) throws {
        let loaded = try LoadedPlan(plan.key, of: model.name, in: store)
        let images = CheckCommand.standardImages, limit = CheckCommand.standardLimit.bytes
        let circuit = try Circuit(loaded.graph, plan: loaded.replacements, images: images, memoryLimit: limit)
        let cost = CircuitCost(showing: circuit, images: images, threads: Machine.cores, memoryLimit: limit)
        let summary = CircuitSummary(circuit, cost, layers: loaded.layers.map(\.name))
        secondsPerBatch = summary.batchSeconds
        imagesPerCiphertext = summary.imagesPerCiphertext
        secondsPerImage = summary.batchSeconds / Double(summary.imagesPerCiphertext)
        logRing = summary.logRing
        threads = summary.threads
    }
}
