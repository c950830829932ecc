internal import Approx
internal import Scheduler
internal import Store
internal import Worker

/// A training as a job: found in the store, or run and kept there.
struct StoredTraining {
    /// What came out of it.
    struct Result {
        let model: ModelRecord
        let record: TrainingRecord
        /// That it took, over all attempts.
        let seconds: Double?

        var report: TrainingReport {
            get throws {
                try CanonicalJSON.value(TrainingReport.self, from: record.report, of: "training \(record.id)")
            }
        }
    }

    private let wish: TrainJob
    private let store: Store
    private let path: String
    private let settings: (JobFilter) -> Supervisor.Settings

    /// Worked on alone, with the memory that one process may have.
    ///
    /// - Parameter path: Of the store, as it was given.
    init(_ wish: TrainJob, in store: Store, at path: String) {
        let memory = Memory.standardLimit(workers: 1)
        self.init(wish, in: store, at: path) {
            Supervisor.Settings(store: path, workers: 1, memory: memory, heavyMemory: memory, scope: $0)
        }
    }

    /// - Parameters:
    ///   - path: Of the store, as it was given.
    ///   - settings: How jobs of a scope are worked on.
    init(
        _ wish: TrainJob, in store: Store, at path: String, settings: @escaping (JobFilter) -> Supervisor.Settings
    ) {
        self.wish = wish
        self.store = store
        self.path = path
        self.settings = settings
    }

    /// - Parameter refusing: Called before the training is enqueued; throws where it cannot be run.
    func training(refusing: () throws -> Void) throws -> Result {
        if let known = try found() {
            StandardError.writeLine(
                "note: this network was trained at \(Figure.date(known.record.createdAt)) and is read from the store; to "
                    + "train it again, first: centroid model remove \(known.model.name) --store \(path)")
            return known
        }
        try refusing()
        let job = try Scheduler(store).enqueue(wish)
        let watch = TrainingWatch(job, stepsPerEpoch: wish.stepsPerEpoch, in: store)
        let result = try AwaitedJob(id: job, store: store, settings: settings)
            .result(telling: watch.tell, found: found)
        watch.tellRest(of: try result.report.curve)
        if result.model.name != wish.name {
            let isTaken = try store.models().contains { $0.name == wish.name }
            StandardError.writeLine(
                isTaken
                    ? "note: another model is called \(wish.name), so this one is \(result.model.name)"
                    : "note: the same network is there already, as \(result.model.name)")
        }
        return result
    }

    private func found() throws -> Result? {
        let key = try wish.key()
        // The job may wait to be done again.
        guard try store.job(key: key)?.state == .done, let record = try store.training(key: wish.trainingKey()) else {
            return nil
        }
        return Result(
            model: try store.model(record.model), record: record, seconds: try store.secondsBehind(job: key))
    }
}

extension TrainJob {
    var stepsPerEpoch: Int { images.images / settings.batch }
}
