internal import Foundation

/// Two connected ends, neither of which another process inherits by accident.
struct SocketPair {
    /// Never waits.
    let ours: Int32
    let theirs: Int32

    /// Nil if the system refuses; `errno` says why.
    init?() {
        var ends: [Int32] = [-1, -1]
        let kind = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        guard socketpair(AF_UNIX, kind, 0, &ends) == 0 else { return nil }
        _ = fcntl(ends[0], F_SETFL, O_NONBLOCK)
        (ours, theirs) = (ends[0], ends[1])
    }
}
