internal import Store
internal import Worker

extension Supervisor.Settings {
    /// Processes of this executable.
    ///
    /// - Parameters:
    ///   - path: The store, as it was given: the processes run in the same folder.
    ///   - memory: Bytes that each may use.
    ///   - heavyMemory: Bytes that one may use for a heavy job, which is alone in the store.
    ///   - scope: The jobs to be done; nil for all.
    init(
        store path: String, workers: Int, memory: Int, heavyMemory: Int, timeouts: [JobTimeout] = [],
        drainDeadline: Duration = TimeSpan.minute.duration, watches: Bool = false, scope: JobFilter? = nil
    ) {
        let options =
            timeouts.flatMap { ["--timeout", $0.text] } + (scope.map { WorkScope($0).arguments } ?? [])
        self.init(
            workers: workers,
            command: .same(
                [
                    "centroid", "worker", "--store", path, "--memory-limit", "\(memory)", "--heavy-memory-limit",
                    "\(heavyMemory)",
                ] + options),
            memoryLimit: memory, heavyMemoryLimit: heavyMemory, timeouts: JobTimeout.byKind(timeouts),
            drainDeadline: drainDeadline,
            watches: watches, scope: scope)
    }
}
