package import Foundation

/// What a handler may use, where it asks whether to go on, and where it keeps what the next attempt shall go on from.
///
/// For example:
///
///     let work = try context.resume { Work(decoding: $0) } ?? Work()
///     while work.isUnfinished {
///         work.doPart()
///         try context.check(work.imagesDone)
///         try context.save(progress: work.share) { try work.encoded() }
///     }
package struct JobContext: Sendable {
    /// Threads that the handler may run: one, but all cores for a heavy job, which runs alone in the store.
    package let threads: Int
    /// Bytes that the process may use, of which what is kept between jobs takes a part.
    package let memory: Int
    private let checking: @Sendable (Int) throws -> Void
    private let loading: @Sendable ((Data) throws -> Bool) throws -> Void
    private let saving: @Sendable (Double, () throws -> Data) throws -> Void

    /// - Parameters:
    ///   - check: See ``check(_:)``.
    ///   - load: See ``resume(_:)``; gets whether the state that it passes on is taken up.
    ///   - save: See ``save(progress:_:)``.
    package init(
        threads: Int, memory: Int, check: @escaping @Sendable (_ done: Int) throws -> Void,
        load: @escaping @Sendable (_ take: (Data) throws -> Bool) throws -> Void,
        save: @escaping @Sendable (_ progress: Double, _ state: () throws -> Data) throws -> Void
    ) {
        self.threads = threads
        self.memory = memory
        checking = check
        loading = load
        saving = save
    }

    /// Call it often, from any thread; it costs next to nothing.
    ///
    /// - Parameter done: Images so far.
    /// - Throws: When the work is to stop.
    package func check(_ done: Int) throws {
        try checking(done)
    }

    /// What an earlier attempt has saved; nil if none has, or `decode` gives none. It may come from another version: a
    /// state that cannot be read is no reason to fail, but one to begin anew.
    package func resume<State>(_ decode: (Data) throws -> State?) throws -> State? {
        var state: State?
        try loading { data in
            state = try decode(data)
            return state != nil
        }
        return state
    }

    /// Keeps a state for the next attempt, in place of the one before. Call it as often as there is one: what is too
    /// soon after the last, measured by its cost, or meets a busy store, is skipped, and `state` is then not called.
    ///
    /// - Parameters:
    ///   - progress: The share of the work that is done, 0 to 1.
    ///   - state: Encodes what was done.
    /// - Throws: When the lease is over, what `state` throws, and the errors of the store.
    package func save(progress: Double, _ state: () throws -> Data) throws {
        try saving(progress, state)
    }
}
