internal import Foundation
internal import Synchronization

/// What a supervisor was told, from any thread, and a way to wake it.
final class SupervisorOrders: Sendable {
    enum Mode: Int, Comparable {
        case running
        /// Nothing is left to do.
        case finished
        /// Somebody wants it to end when the running jobs are finished.
        case draining
        /// The running jobs are interrupted at their next checkpoints.
        case stopping
        /// The processes are ended where they stand.
        case killing

        static func < (left: Mode, right: Mode) -> Bool { left.rawValue < right.rawValue }
    }

    private let state = Mutex((mode: Mode.running, since: ContinuousClock.now))
    /// Becomes readable with every order.
    let wakeUps: Int32
    private let bell: Int32

    init() {
        let ends = SocketPair()
        precondition(ends != nil, "the process is out of file descriptors")
        (wakeUps, bell) = (ends?.ours ?? -1, ends?.theirs ?? -1)
    }

    deinit {
        close(wakeUps)
        close(bell)
    }

    /// The order that holds, and since when.
    var current: (mode: Mode, since: ContinuousClock.Instant) { state.withLock { $0 } }

    /// Orders only become stricter.
    func raise(to mode: Mode) {
        state.withLock { if mode > $0.mode { $0 = (mode, .now) } }
        var byte: UInt8 = 0
        _ = send(bell, &byte, 1, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT))
    }

    func clearWakeUps() {
        var buffer = [UInt8](repeating: 0, count: 64)
        while read(wakeUps, &buffer, buffer.count) > 0 {}
    }
}
