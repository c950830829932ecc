import Foundation
import Synchronization

/// Runs code as somebody for whom file permissions count, also where the tests run as root.
enum Unprivileged {
    /// The number of setresuid(2).
    #if arch(x86_64)
        private static let setresuid = 117
    #else
        private static let setresuid = 147
    #endif

    /// Runs `body` on a thread of its own, which is that of the user "nobody" if this is root.
    ///
    /// The system call changes the calling thread only, unlike the function of the C library; the thread ends with it.
    static func run(_ body: @escaping @Sendable () throws -> Void) throws {
        let failure = Mutex<(any Error)?>(nil)
        let end = DispatchSemaphore(value: 0)
        let thread = Thread {
            if geteuid() == 0, let symbol = dlsym(nil, "syscall") {
                let call = unsafeBitCast(symbol, to: (@convention(c) (CLong, uid_t, uid_t, uid_t) -> CLong).self)
                _ = call(Self.setresuid, 65_534, 65_534, 65_534)
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
