internal import ArgumentParser

/// Exit codes of sysexits(3), so that scripts can tell a typing error from a full disk.
enum ExitStatus: Int32 {
    case usage = 64
    case dataError = 65
    case noInput = 66
    case unavailable = 69
    case software = 70
    case systemError = 71
    case cannotCreate = 73
    case inputOutput = 74
    case temporaryFailure = 75
    case noPermission = 77
    case configuration = 78

    /// What a shell reports after a signal: 130 after Ctrl-C, 143 after SIGTERM.
    static func signalled(_ number: Int32) -> Int32 { 128 + number }

    /// Says that a signal has stopped a command whose work is kept, and how it ends.
    ///
    /// - Parameter summary: A sentence on how far it has come.
    static func stopped(by signal: Int32, at summary: String? = nil) -> ExitCode {
        let words = ["Stopped.", summary, "The same command goes on from here."].compactMap(\.self)
        StandardError.writeLine(words.joined(separator: " "))
        return ExitCode(signalled(signal))
    }
}
