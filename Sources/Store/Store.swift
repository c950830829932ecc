internal import Foundation
internal import GRDB
internal import Synchronization

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
    /// The file that was opened; who writes to one that has lost its name writes for nobody.
    private let identity: FileIdentity
    /// What the opener wants, whatever the store says.
    private let wish: StoreConfiguration.Synchronous?
    /// What the writing connection does at present; nil until it has been told.
    private let followed = Mutex<StoreConfiguration.Synchronous?>(nil)

    private init(path: String, configuration: StoreConfiguration) throws {
        self.path = path
        clock = configuration.clock
        wish = configuration.synchronous
        let location = try StoreFile.location(of: path, access: configuration.access)
        guard let identity = try FileIdentity(of: path) else { throw StoreError.moved(path: path) }
        let pool = Result { try DatabasePool(path: location, configuration: configuration.connection) }
        // Which of the two was opened, nobody can tell if they are not one.
        guard try FileIdentity(of: path) == identity else { throw StoreError.moved(path: path) }
        self.identity = identity
        self.pool = try pool.get()
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
            try store.migrate()
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

    private func migrate() throws(StoreError) {
        do {
            try pool.write { database in
                try requirePlace()
                try Schema.migrate(database)
                try requirePlace()
            }
        } catch {
            throw meaning(of: error)
        }
    }

    /// One consistent view of the store, without blocking a writer.
    ///
    /// - Throws: ``StoreError/moved(path:)`` and the other errors of ``StoreError``.
    func reading<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try pool.read { database in
                try requirePlace()
                return try body(database)
            }
        } catch {
            throw meaning(of: error)
        }
    }

    /// One `BEGIN IMMEDIATE` transaction: all of `body` or nothing.
    ///
    /// It waits for the disk as the store says when it begins, also if another process has changed that since the
    /// store was opened.
    ///
    /// - Throws: ``StoreError/moved(path:)`` and the other errors of ``StoreError``.
    func writing<Result>(_ body: (Database) throws -> Result) throws(StoreError) -> Result {
        do {
            return try pool.writeWithoutTransaction { database in
                while true {
                    var result: Result?
                    try database.inTransaction(.immediate) {
                        try requirePlace()
                        guard try isFollowed(in: database) else { return .rollback }
                        result = try body(database)
                        try requirePlace()
                        return .commit
                    }
                    if let result { return result }
                    // SQLite takes this outside of transactions only.
                    try follow(in: database)
                }
            }
        } catch {
            throw meaning(of: error)
        }
    }

    /// SQLite goes on with a file that was removed or moved, and says nothing.
    ///
    /// Asked within transactions: who comes before them may wait for a lock, and the file go meanwhile.
    private func requirePlace() throws(StoreError) {
        guard try FileIdentity(of: path) == identity else { throw .moved(path: path) }
    }

    /// Without the file, no connection can be opened to it and no journal be found beside it.
    private func meaning(of error: any Error) -> StoreError {
        do throws(StoreError) {
            try requirePlace()
            return StoreError(error, path: path)
        } catch {
            return error
        }
    }

    private func isFollowed(in database: Database) throws -> Bool {
        let wanted = try wish ?? Self.synchronous(in: database)
        return followed.withLock { $0 == wanted }
    }

    /// Tells SQLite when to wait for the disk, which it forgets with the connection.
    private func follow(in database: Database) throws {
        let wanted = try wish ?? Self.synchronous(in: database)
        try database.execute(sql: "PRAGMA synchronous = \(wanted.rawValue)")
        followed.withLock { $0 = wanted }
    }

    /// What the last transaction of this connection did; nil before the first.
    package var lastSynchronous: StoreConfiguration.Synchronous? {
        followed.withLock { $0 }
    }
}
