import Store
import Synchronization

/// A clock that stands still until a test moves it.
final class VirtualClock: Sendable {
    private let milliseconds = Mutex<Int64>(1_000_000)

    var now: Timestamp { Timestamp(milliseconds: milliseconds.withLock { $0 }) }

    func advance(by duration: Duration) {
        milliseconds.withLock { $0 += duration.milliseconds }
    }

    var storeClock: StoreClock { StoreClock { self.now } }
}
