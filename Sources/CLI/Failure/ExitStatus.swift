/// Exit codes of sysexits(3), so that scripts can tell a typing error from a full disk.
enum ExitStatus: Int32 {
    case usage = 64
    case dataError = 65
    case noInput = 66
    case unavailable = 69
    case software = 70
    case cannotCreate = 73
    case inputOutput = 74
    case temporaryFailure = 75
    case noPermission = 77
    case configuration = 78
    /// What a shell reports after Ctrl-C: 128 + SIGINT.
    case interrupted = 130
}
