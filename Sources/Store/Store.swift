internal import Foundation
internal import GRDB

/// An experiment store: one SQLite file with everything that results depend on.
///
/// Calls block the calling thread until the database has answered; call from Dispatch threads, never from Swift's
/// cooperative ones. A store can be used from any number of threads, and the file from any number of processes
/// on one machine.
///
/// For example:
///
///     let store = try Store.open(at: "centroid.db")
///     let jobs = try store.claim(upTo: 16, as: "worker-1", lease: .seconds(30))
package final class Store: Sendable {
    /// Where the file lies.
    package let path: String
    let clock: StoreClock
    private let pool: DatabasePool

    private init(path: String, configuration: StoreConfiguration) throws {
        self.path = path
        clock = configuration.clock
        let location = try StoreFile.location(of: path, access: configuration.access)
        pool = try DatabasePool(path: location, configuration: configuration.connection)
    }

    /// Makes a new store and opens it. Of several processes that try at once, one succeeds. A wish for `synchronous`
    /// is kept in it.
    ///
    /// - Throws: ``StoreError/alreadyExists(path:)`` if anything is at `path`, and the file errors of ``StoreError``.
    package static func create(
        at path: String, configuration: StoreConfiguration = StoreConfiguration()
    ) throws(StoreError) -> Store {
        try StoreFile.create(at: path)
        let store = try open(at: path, configuration: configuration)
        if let synchronous = configuration.synchronous { try store.setSynchronous(synchronous) }
        return store
    }

    /// Opens a store, bringing its schema forward where that is needed and allowed.
    ///
    /// - Throws: ``StoreError/missing(path:)``, ``StoreError/notAStore(path:detail:)``,
    ///   ``StoreError/newer(path:found:known:)``, ``StoreError/older(path:found:known:)`` for query-only access,
    ///   ``StoreError/networkFileSystem(path:kind:)`` and the other file errors.
    package static func open(
        at path: String, configuration: StoreConfiguration = StoreConfiguration()
    ) throws(StoreError) -> Store {
        let version = try StoreFile.schemaVersion(at: path, busyTimeout: configuration.busyTimeout)
        let known = Schema.version
        guard version <= known else { throw .newer(path: path, found: version, known: known) }
        if version < known, configuration.access == .queryOnly {
            throw .older(path: path, found: version, known: known)
        }
        let store: Store
        do {
            store = try Store(path: path, configuration: configuration)
        } catch {
            throw StoreError(error, path: path)
        }
        if version < known {
            try store.writing { try Schema.migrate($0) }
        }
        if configuration.access == .readWrite {
            try store.apply(configuration.synchronous)
        }
        return store
    }

    deinit {
        closeReaders()
    }

    /// Waits for what is running and closes the file; the store cannot be used afterwards.
    package func close() throws(StoreError) {
        do {
            closeReaders()
            try pool.close()
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// The last connection to close a store takes its write-ahead log away, if it may write: so the writer goes last.
    private func closeReaders() {
        pool.invalidateReadOnlyConnections()
    }

    /// Tells SQLite when to wait for the disk, which it forgets with the connection.
    ///
    /// - Parameter synchronous: Nil for what the store itself says.
    func apply(_ synchronous: StoreConfiguration.Synchronous?) throws(StoreError) {
        do {
            try pool.writeWithoutTransaction { database in
                let mode = try synchronous ?? Self.synchronous(in: database)
                try database.execute(sql: "PRAGMA synchronous = \(mode.rawValue)")
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// One consistent view of the store, without blocking a writer.
    func reading<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try pool.read(body)
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// One `BEGIN IMMEDIATE` transaction: all of `body` or nothing.
    func writing<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try pool.write(body)
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
