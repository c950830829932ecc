internal import Foundation
package import Store

/// What this machine says about itself and its processes.
package enum Machine {
    /// The name of the host, without asking anybody else.
    package static let hostName: String = {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "localhost" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }()

    /// Cores that this process may run on.
    package static let cores = ProcessInfo.processInfo.activeProcessorCount

    /// Where numbers of processes mean what they mean here: this boot and this name space of processes. Nil where the
    /// kernel does not say; then no process but our own is ever judged.
    static let processSpace: String? = {
        guard let boot = ProcFile.text("/proc/sys/kernel/random/boot_id"), boot.count >= 8,
            let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
        else { return nil }
        return "\(boot.prefix(8))-\(space.filter(\.isNumber))"
    }()

    /// The name under which a process of this machine holds leases; nil if there is no such process.
    package static func worker(_ process: Int32) -> WorkerID? {
        guard let status = ProcessStatus(process) else { return nil }
        return WorkerID(
            WorkerProcessID(
                host: hostName, space: processSpace ?? "unknown", number: process, startedAt: status.startedAt))
    }

    /// Whether the process of a worker has ended for certain; false for what cannot be judged from here.
    package static func hasEnded(_ worker: WorkerID) -> Bool {
        guard let process = worker.process, isHere(process) else { return false }
        if kill(process.number, 0) != 0 { return errno == ESRCH }
        guard let status = ProcessStatus(process.number) else { return false }
        return status.startedAt != process.startedAt || status.isAbandoned
    }

    /// Whether the worker runs, or ran, where we can see its process.
    package static func isHere(_ worker: WorkerID) -> Bool {
        worker.process.map(isHere) ?? false
    }

    private static func isHere(_ process: WorkerProcessID) -> Bool {
        process.host == hostName && process.space == processSpace
    }
}

extension Machine {
    /// Whether the first process of this name space is another supervisor, as in a container that runs nothing else: it
    /// settles what its ended processes held before it lets go of them.
    fileprivate static var isFirstProcessASupervisor: Bool {
        guard getpid() != 1, let own = file(of: "self"), let first = file(of: "1") else { return false }
        return own == first
    }

    /// Device and number of the executable of a process; nil where that is not for us to know.
    private static func file(of process: String) -> [UInt64]? {
        var information = stat()
        guard stat("/proc/\(process)/exe", &information) == 0 else { return nil }
        return [UInt64(information.st_dev), UInt64(information.st_ino)]
    }
}

/// The part of `/proc/PID/stat` that tells one life of a process number from another.
private struct ProcessStatus {
    let startedAt: UInt64
    /// Dead, and its parent too: nobody is left who would say how it ended.
    let isAbandoned: Bool

    init?(_ process: Int32) {
        // The second field is the command in brackets, and it may hold anything.
        guard let text = ProcFile.text("/proc/\(process)/stat"), let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[end...].dropFirst().split(separator: " ")
        guard fields.count > 19, let startedAt = UInt64(fields[19]) else { return nil }
        self.startedAt = startedAt
        isAbandoned =
            fields[0] == "X" || (fields[0] == "Z" && fields[1] == "1" && !Machine.isFirstProcessASupervisor)
    }
}
