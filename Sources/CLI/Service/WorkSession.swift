internal import Foundation
internal import Logging
internal import ServiceLifecycle
internal import Store
internal import UnixSignals
internal import Worker

/// One run of a worker pool under the process's signals.
struct WorkSession {
    let store: Store
    let settings: WorkerPool.Settings
    var showsProgress = true

    /// Works until the pool is done or a signal stops it.
    ///
    /// - Returns: Whether a signal stopped it.
    func run() async throws -> Bool {
        let logger = Self.logger()
        let pool = WorkerPool(
            store: store, handlers: JobHandlers.all(on: store), settings: settings, logger: logger)
        let signals = SignalEscalation(pool: pool)
        let progress = showsProgress ? ProgressMonitor(store: store, filter: settings.until) : nil
        progress?.start()
        defer { progress?.stop() }
        let service = ServiceGroupConfiguration.ServiceConfiguration(
            service: PoolService(pool: pool), successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .cancelGroup
        )
        try await ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [service], gracefulShutdownSignals: [.sigint, .sigterm], logger: Self.quietLogger())
        ).run()
        return signals.wasSignalled
    }

    private static func logger() -> Logger {
        var logger = Logger(label: "centroid") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .warning
        return logger
    }

    /// The service group's own chatter is of no use on a terminal.
    private static func quietLogger() -> Logger {
        Logger(label: "centroid.service") { _ in SwiftLogNoOpLogHandler() }
    }
}
