internal import Foundation
internal import Store

/// How a process ended.
enum ProcessExit: Equatable {
    case exited(Int32)
    case signalled(Int32)
    /// The system did not say how.
    case unseen

    /// - Parameter information: As `waitid(2)` gives it; nil if it is about no process.
    init?(_ information: siginfo_t) {
        switch Int(information.si_code) {
        case Int(CLD_EXITED): self = .exited(information.status)
        case Int(CLD_KILLED), Int(CLD_DUMPED): self = .signalled(information.status)
        default: return nil
        }
    }

    /// Whose doing it was: a process ends by one of the signals of a crash, or by itself, because of what it computes.
    var cause: LossCause {
        switch self {
        case .exited: .job
        case .unseen: .unknown
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
        case .unseen:
            return "ended, and the system did not say how"
        case .signalled(let number):
            let name = Self.crashes[number] ?? Self.others[number]
            return "was ended by signal \(number)\(name.map { " (\($0))" } ?? "")"
        }
    }
}

extension siginfo_t {
    /// The exit status or the signal, if this is about a process that ended.
    fileprivate var status: Int32 { _sifields._sigchld.si_status }
}
