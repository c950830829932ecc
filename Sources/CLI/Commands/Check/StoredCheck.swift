internal import Scheduler
internal import Store
internal import Worker

/// A check as a job: found in the store, or run and kept there.
struct StoredCheck {
    /// Beside what the circuit may take: the network, the images, and what the allocator keeps.
    private static let spareBytes = 1 << 30

    private let wish: CheckJob
    private let loaded: LoadedPlan
    private let store: Store
    private let path: String

    /// - Parameters:
    ///   - store: For looking; it is opened for writing only where there is something to be done.
    ///   - path: Of the store, as it was given.
    init(_ wish: CheckJob, of loaded: LoadedPlan, in store: Store, at path: String) {
        self.wish = wish
        self.loaded = loaded
        self.store = store
        self.path = path
    }

    /// What the check found.
    ///
    /// - Parameter refusing: Called before the check is enqueued; throws where it cannot be run.
    func document(refusing: () throws -> Void) throws -> CheckDocument {
        if let known = try found() {
            StandardError.writeLine(
                "note: this check was made at \(Figure.date(known.createdAt)) and is read from the store; to make it "
                    + "again: centroid retry \(try job().id) --state done --store \(path)")
            return try document(known)
        }
        try refusing()
        let store = try Store.open(at: path)
        let job = try Scheduler(store).enqueue(wish, of: loaded.record)
        let memory = max(Memory.standardLimit(workers: 1), wish.memoryLimit + Self.spareBytes)
        return try document(
            AwaitedJob(id: job, store: store) {
                Supervisor.Settings(store: path, workers: 1, memory: memory, heavyMemory: memory, scope: $0)
            }.result(found: found))
    }

    private func found() throws -> CheckRecord? {
        // The job may wait to be done again.
        guard try store.job(key: wish.key())?.state == .done else { return nil }
        // A plan that was made again has another number.
        guard let plan = try store.plan(key: loaded.record.key, of: loaded.model.id) else { return nil }
        return try store.check(key: wish.checkKey(), of: plan.id)
    }

    private func job() throws -> JobRecord {
        guard let job = try store.job(key: wish.key()) else {
            throw StoreError.unknown(kind: "job", name: try wish.key(), known: [])
        }
        return job
    }

    private func document(_ check: CheckRecord) throws(StoreError) -> CheckDocument {
        try CheckDocument(
            check, model: loaded.model.name, plan: loaded.record.name,
            dataset: store.datasetName(check.images.dataset), seed: wish.seed)
    }
}
