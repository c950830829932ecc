/// How a store is opened.
package struct StoreConfiguration: Sendable {
    package enum Access: Sendable {
        case readWrite
        /// Reads only, and never blocks a writer.
        case queryOnly
    }

    /// When SQLite waits for the disk. In both cases a crash of the process loses nothing.
    package enum Synchronous: String, CaseIterable, Sendable {
        /// A power failure can take back the last transactions, never damage the store: their jobs run again.
        case normal
        /// Every transaction waits for the disk: about ten times slower in small steps.
        case full
    }

    package var access: Access
    /// Nil for what the store itself says, see ``Store/setSynchronous(_:)``.
    package var synchronous: Synchronous?
    /// How long to wait for another process that is writing.
    package var busyTimeout: Duration
    /// Upper limit of the file in pages of 4 KiB; nil for none. Set for this connection only, not in the file.
    package var maximumPageCount: Int?
    /// Connections for concurrent reads.
    package var readers: Int
    package var clock: StoreClock

    package init(
        access: Access = .readWrite, synchronous: Synchronous? = nil, busyTimeout: Duration = .seconds(10),
        maximumPageCount: Int? = nil, readers: Int = 4, clock: StoreClock = .system
    ) {
        self.access = access
        self.synchronous = synchronous
        self.busyTimeout = busyTimeout
        self.maximumPageCount = maximumPageCount
        self.readers = readers
        self.clock = clock
    }
}
