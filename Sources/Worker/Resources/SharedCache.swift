internal import Synchronization

/// The last few values that are costly to make, each made once however many threads ask for it at the same time.
///
/// A thread that asks for a value in the making blocks until it is there: callers are Dispatch threads. A failure is not
/// kept, so the next caller tries again.
final class SharedCache<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private final class Entry: Sendable {
        let value = Mutex<Value?>(nil)
    }

    private struct Entries {
        var byKey: [Key: Entry] = [:]
        /// The most recently used key last.
        var order: [Key] = []
    }

    private let capacity: Int
    private let entries = Mutex(Entries())

    /// - Parameter capacity: How many values are kept; the one that was not used for longest goes first.
    init(capacity: Int) {
        self.capacity = capacity
    }

    func value(for key: Key, make: () throws -> Value) throws -> Value {
        let entry = entry(for: key)
        return try entry.value.withLock { value in
            if let value { return value }
            let made = try make()
            value = made
            return made
        }
    }

    private func entry(for key: Key) -> Entry {
        entries.withLock { entries in
            entries.order.removeAll { $0 == key }
            entries.order.append(key)
            if let known = entries.byKey[key] { return known }
            let new = Entry()
            entries.byKey[key] = new
            if entries.order.count > capacity {
                entries.byKey[entries.order.removeFirst()] = nil
            }
            return new
        }
    }
}
