internal import Foundation
internal import Logging
internal import Store
internal import Worker

/// A worker process for tests, whose jobs go wrong as their payload says; built on what `centroid work` is built on.
///
/// Arguments: a store, and the length of a lease in milliseconds; or `supervise` and a store.
@main
enum FaultWorker {
    static func main() {
        let arguments = CommandLine.arguments
        do {
            if arguments.count == 3, arguments[1] == "supervise" {
                try supervise(arguments[2])
            } else if arguments.count == 3, let lease = Int(arguments[2]) {
                try WorkerProcess.run(store: arguments[1], settings: .init(lease: .milliseconds(lease))) { _ in
                    [FaultHandler()]
                }
            } else {
                exit(EX_USAGE)
            }
        } catch {
            exit(EX_IOERR)
        }
    }

    private static func supervise(_ path: String) throws {
        let command = WorkerCommand.same(["centroid-fault-worker", path, "60000"])
        let settings = Supervisor.Settings(workers: 2, command: command, watches: true)
        try Supervisor(
            store: try Store.open(at: path), kinds: [FaultHandler.kind], settings: settings,
            logger: Logger(label: "supervise") { _ in SwiftLogNoOpLogHandler() }
        ).run()
    }
}
