internal import Foundation

/// The three files that a process begins with.
enum StandardStreams {
    /// Opens those that the caller has closed: the next file to be opened would take the number of one, and get what is
    /// written to that. Output still fails as if it were closed.
    static func fill() {
        for number in STDIN_FILENO...STDERR_FILENO where fcntl(number, F_GETFD) < 0 {
            // The least number that is free, which is this one.
            _ = open("/dev/null", O_RDONLY)
        }
    }
}
