internal import Foundation
internal import Store

/// How a process ended.
enum ProcessExit: Equatable {
    case exited(Int32)
    case signalled(Int32)

    /// - Parameter status: As `waitpid(2)` gives it.
    init(waitStatus status: Int32) {
        let signal = status & 0x7F
        self = signal == 0 ? .exited((status >> 8) & 0xFF) : .signalled(signal)
    }

    /// Whose doing it was: a process ends by one of the signals of a crash, or by itself, because of what it computes.
    var cause: LossCause {
        switch self {
        case .exited: .job
        case .signalled(let number): Self.crashes[number] == nil ? .unknown : .job
        }
    }

    private static let crashes = [
        SIGILL: "SIGILL", SIGTRAP: "SIGTRAP", SIGABRT: "SIGABRT", SIGBUS: "SIGBUS", SIGFPE: "SIGFPE",
        SIGSEGV: "SIGSEGV", SIGSYS: "SIGSYS", SIGXCPU: "SIGXCPU", SIGXFSZ: "SIGXFSZ",
    ]

    private static let others = [
        SIGKILL: "SIGKILL", SIGTERM: "SIGTERM", SIGINT: "SIGINT", SIGHUP: "SIGHUP", SIGQUIT: "SIGQUIT",
        SIGPIPE: "SIGPIPE", SIGALRM: "SIGALRM", SIGUSR1: "SIGUSR1", SIGUSR2: "SIGUSR2",
    ]
}

extension ProcessExit: CustomStringConvertible {
    var description: String {
        switch self {
        case .exited(let status):
            return "ended by itself with exit status \(status)"
        case .signalled(let number):
            let name = Self.crashes[number] ?? Self.others[number]
            return "was ended by signal \(number)\(name.map { " (\($0))" } ?? "")"
        }
    }
}
