internal import Network
internal import Store
internal import Worker

extension LoadedPlan {
    /// The images that the plan's network is for.
    ///
    /// - Parameter name: In the store; nil for the data set that the model was trained on.
    /// - Throws: `CommandFailure` where neither is known or the images have another shape; ``DataError/changed(path:)`` and others for files that are
    ///   not what the store knows.
    func dataset(named name: String?, in store: Store) throws -> Dataset {
        guard let name = name ?? model.dataset else {
            throw CommandFailure(.usage, "model \(model.name) names no data set; say which with --data NAME")
        }
        let dataset = try Dataset.open(store.dataset(named: name))
        guard dataset.shape == graph.inputShape else {
            throw CommandFailure(
                .dataError,
                "\(model.name) reads images of \(graph.inputShape), and those of \(name) are \(dataset.shape); name "
                    + "another data set with --data")
        }
        return dataset
    }
}
