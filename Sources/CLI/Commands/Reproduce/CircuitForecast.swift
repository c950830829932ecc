internal import Dispatch
internal import Encryption
internal import Network
internal import Store
internal import Synchronization
internal import Worker

/// What an encrypted run of a plan would take, by the cost model of `centroid check --explain`, for as many images, where
/// it may use all of this machine's memory.
struct CircuitForecast: Encodable {
    let secondsPerImage: Double
    let secondsPerBatch: Double
    let imagesPerCiphertext: Int
    let logRing: Int
    let threads: Int
    let memoryBytes: Int

    /// For each plan its forecast, or why there is none; nil where there is no plan.
    static func all(
        _ plans: [PlanRecord?], model: ModelRecord, in store: Store
    ) throws -> [Result<CircuitForecast, EncryptionError>?] {
        let results = Mutex<[Result<CircuitForecast, any Error>?]>(Array(repeating: nil, count: plans.count))
        DispatchQueue.concurrentPerform(iterations: plans.count) { index in
            guard let plan = plans[index] else { return }
            let result = Result { try CircuitForecast(of: plan, model: model, in: store) }
            results.withLock { $0[index] = result }
        }
        return try results.withLock { $0 }.map { result in
            switch result {
            case .success(let forecast): return .success(forecast)
            case .failure(let error as EncryptionError): return .failure(error)
            case .failure(let error): throw error
            case nil: return nil
            }
        }
    }

    /// - Throws: ``EncryptionError`` where the plan cannot be a circuit.
    private init(of plan: PlanRecord, model: ModelRecord, in store: Store) throws {
        let loaded = try LoadedPlan(plan.key, of: model.name, in: store)
        let images = CheckCommand.standardImages, limit = Memory.total
        let circuit = try Circuit(loaded.graph, plan: loaded.replacements, images: images, memoryLimit: limit)
        let cost = CircuitCost(showing: circuit, images: images, threads: Machine.cores, memoryLimit: limit)
        let summary = CircuitSummary(circuit, cost, layers: loaded.layers.map(\.name))
        secondsPerBatch = summary.batchSeconds
        imagesPerCiphertext = summary.imagesPerCiphertext
        let batches = (images + summary.imagesPerCiphertext - 1) / summary.imagesPerCiphertext
        secondsPerImage = Double(batches) * summary.batchSeconds / Double(images)
        logRing = summary.logRing
        threads = summary.threads
        memoryBytes = summary.memoryBytes
    }
}
