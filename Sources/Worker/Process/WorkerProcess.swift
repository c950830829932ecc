internal import Foundation
internal import Logging
package import Store

/// The life of a worker process: orders come in on standard input, messages go out on standard error.
package enum WorkerProcess {
    /// An order of the supervisor. The end of the stream means that the supervisor is gone.
    enum Order: UInt8 {
        /// Finish what runs, claim nothing more, and end.
        case drain = 0x64
        /// Hand what runs back at its next checkpoint, and end.
        case stop = 0x73
    }

    /// Works until the supervisor says otherwise; ends the whole process if the supervisor is gone.
    ///
    /// - Parameters:
    ///   - path: The store.
    ///   - handlers: What the process can do with it.
    /// - Throws: What made going on pointless; the supervisor has been told.
    package static func run(
        store path: String, settings: WorkerLoop.Settings, handlers: (Store) -> [any JobHandler]
    ) throws {
        // A terminal sends them to the whole group; the supervisor passes on what they mean.
        for number in [SIGINT, SIGTERM] { signal(number, SIG_IGN) }
        preferToBeKilled()
        do {
            let store = try open(path)
            let loop = WorkerLoop(
                store: store, handlers: handlers(store), settings: settings,
                name: Machine.worker(getpid()) ?? WorkerID(rawValue: "\(Machine.hostName)/\(getpid())"),
                logger: Logger(label: "centroid.worker") { _ in MessageLogHandler() },
                announce: {
                    WorkerMessage.begin(
                        job: $0.id.value, token: $0.token, isHeavy: $0.resourceClass == .heavy
                    ).send()
                })
            listen(for: loop)
            try loop.run()
            try store.close()
        } catch {
            WorkerMessage.failure("\(error)").send()
            throw error
        }
    }

    /// Others that write just now are waited for: to begin a little later is no reason to give up.
    private static func open(_ path: String) throws(StoreError) -> Store {
        while true {
            do throws(StoreError) {
                return try Store.open(at: path)
            } catch {
                guard case .busy = error else { throw error }
            }
        }
    }

    private static func listen(for loop: WorkerLoop) {
        // A thread of its own, which waits where the system has it wait, costs less than whatever would watch for it.
        Thread.detachNewThread {
            var byte: UInt8 = 0
            while true {
                let count = read(STDIN_FILENO, &byte, 1)
                if count < 0, errno == EINTR { continue }
                // Nothing is left to be said to anybody: the leases are taken back by whoever works on the store next.
                guard count == 1 else { _exit(EX_TEMPFAIL) }
                switch Order(rawValue: byte) {
                case .drain: loop.drain()
                case .stop: loop.stop()
                case nil: break
                }
            }
        }
    }

    /// Where memory runs out, the kernel is to end this process and not its supervisor, which tells what happened.
    private static func preferToBeKilled() {
        let file = Foundation.open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = write(file, "500", 3)
        close(file)
    }
}
