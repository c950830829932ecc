import Foundation
import Synchronization

/// Runs code as somebody for whom file permissions count, also where the tests run as root.
enum Unprivileged {
    /// Runs `body` on a thread of its own, whose file accesses are those of the user "nobody" if this is root.
    ///
    /// `setfsuid(2)` changes the calling thread only and takes root's right to ignore permissions from it.
    static func run(_ body: @escaping @Sendable () throws -> Void) throws {
        let failure = Mutex<(any Error)?>(nil)
        let end = DispatchSemaphore(value: 0)
        let thread = Thread {
            if geteuid() == 0, let symbol = dlsym(nil, "setfsuid") {
                let setfsuid = unsafeBitCast(symbol, to: (@convention(c) (uid_t) -> CInt).self)
                _ = setfsuid(65_534)
            }
            do {
                try body()
            } catch {
                failure.withLock { $0 = error }
            }
            end.signal()
        }
        thread.start()
        end.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
