internal import Network
internal import Store

extension LoadedPlan {
    /// The images that the plan's network is for.
    ///
    /// - Parameter name: In the store; nil for the data set that the model was trained on.
    /// - Throws: `CommandFailure` where neither is known; ``DataError/changed(path:)`` and others for files that are
    ///   not what the store knows.
    func dataset(named name: String?, in store: Store) throws -> Dataset {
        guard let name = name ?? model.dataset else {
            throw CommandFailure(.usage, "model \(model.name) names no data set; say which with --data NAME")
        }
        let record = try store.dataset(named: name)
        let dataset = try Dataset.open(at: record.path, format: DatasetFormat(rawValue: record.format))
        guard dataset.fingerprint == record.fingerprint else { throw DataError.changed(path: record.path) }
        return dataset
    }
}
