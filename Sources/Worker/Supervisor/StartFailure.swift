internal import Foundation

/// Why a worker process could not be started.
struct StartFailure: Error, Equatable, CustomStringConvertible {
    /// "starting /usr/bin/centroid".
    let step: String
    /// An error number of the system.
    let code: Int32

    /// Whether the machine is only short of something just now, which others may give back.
    var mayPass: Bool { [EAGAIN, ENOMEM, EMFILE, ENFILE].contains(code) }

    var description: String {
        "no worker process could be started: \(step) failed (\(String(cString: strerror(code))))"
    }
}
