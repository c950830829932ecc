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
        AbandonedFolders.sweep(NSTemporaryDirectory(), prefix: Self.prefix)
        let path = NSTemporaryDirectory() + Self.prefix + UUID().uuidString
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(.cannotCreate, "\(path) cannot be made; name another folder in TMPDIR")
        }
        AbandonedFolders.hold(path)
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
