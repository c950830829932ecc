internal import Store

extension Store {
    /// Opens the store for a command that only looks: it never blocks a worker and works on a file it may not write.
    static func reader(at path: String) throws(StoreError) -> Store {
        var configuration = StoreConfiguration()
        configuration.access = .queryOnly
        return try open(at: path, configuration: configuration)
    }
}
