internal import Dispatch
internal import Encryption
internal import Foundation
internal import Synchronization

/// The folder of a check with a separate server. It is for this user alone, and it goes with the check, by a signal
/// too; what a check leaves that is killed goes with the next one.
final class CheckFolder {
    /// The process that works on the folder now.
    final class Server: Sendable {
        private let identifier = Mutex<Int32?>(nil)

        func set(_ process: Int32?) { identifier.withLock { $0 = process } }

        func kill() {
            identifier.withLock { process in
                if let process { _ = Foundation.kill(process, SIGKILL) }
            }
        }
    }

    let files: RoleFolder
    let server = Server()
    private let sources: [any DispatchSourceSignal]

    private static let prefix = "centroid-check-"

    init() throws {
        let directory = FileManager.default.temporaryDirectory.path
        AbandonedFolders.sweep(directory, prefix: Self.prefix)
        let path: String
        do {
            path = try AbandonedFolders.make(in: directory, prefix: Self.prefix)
        } catch {
            throw CommandFailure(
                .cannotCreate,
                "a folder in \(directory) cannot be made (\(error.localizedDescription)); name another one in TMPDIR")
        }
        files = RoleFolder(path)
        sources = [SIGINT, SIGTERM].map { [server] number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global(qos: .userInteractive))
            source.setEventHandler {
                try? FileManager.default.removeItem(atPath: path)
                // Last, for its end would wake the thread that waits for it.
                server.kill()
                _exit(ExitStatus.signalled(number))
            }
            source.activate()
            return source
        }
    }

    deinit {
        for source in sources { source.cancel() }
        for number in [SIGINT, SIGTERM] { signal(number, SIG_DFL) }
        try? FileManager.default.removeItem(atPath: files.path)
    }
}
