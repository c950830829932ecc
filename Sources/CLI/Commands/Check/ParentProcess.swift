internal import Dispatch
internal import Foundation

/// The process that this one works for.
enum ParentProcess {
    /// Ends this process, whatever it does, once the other end of its standard input is closed: where its parent is gone.
    static func endWithIt() {
        DispatchQueue(label: "parent").async {
            _ = try? FileHandle.standardInput.readToEnd()
            _exit(ExitStatus.temporaryFailure.rawValue)
        }
    }
}
