internal import Dispatch
internal import Synchronization

/// The rows of a matrix, cut into blocks that threads share out and whose partial sums are added in a fixed order.
///
/// Blocks belong to lanes, block b to lane b mod `lanes`; a lane is worked off by one thread from its first block to
/// its last. What comes out depends on the number of rows alone, not on the number of threads.
struct RowBlocks: Sendable {
    /// Long enough for the matrix products, short enough for single precision and the cache.
    static let length = 1024
    private static let lanes = 16
    /// Values that all partial sums together may hold.
    private static let room = 16_000_000

    let rows: Range<Int>
    let threads: Int

    private var count: Int { (rows.count + Self.length - 1) / Self.length }

    private func block(_ index: Int) -> Range<Int> {
        let start = rows.lowerBound + index * Self.length
        return start..<min(start + Self.length, rows.upperBound)
    }

    /// Calls `body` for every block, on several threads.
    func forEach(_ body: @Sendable (Range<Int>) -> Void) {
        _ = reduce(0) { _, rows in body(rows) }
    }

    /// Sums up over the blocks.
    ///
    /// - Parameters:
    ///   - zero: What each lane starts from.
    ///   - size: Values in a partial sum: there are fewer lanes where it is large. Part of what the result depends on.
    ///   - body: Adds a block's rows to its lane's partial sum; an error from it ends the whole.
    /// - Returns: The partial sums, in the order of the lanes; one of zero where there are no rows.
    func reduce<Partial: Sendable, Failure: Error>(
        _ zero: Partial, size: Int = 1, _ body: @Sendable (inout Partial, Range<Int>) throws(Failure) -> Void
    ) throws(Failure) -> [Partial] {
        let lanes = min(Self.lanes, max(2, Self.room / size), max(1, count))
        let next = Atomic(0)
        let sums = Mutex(Array(repeating: zero, count: lanes))
        let failure = Mutex<Failure?>(nil)
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, lanes))) { _ in
            while true {
                let lane = next.add(1, ordering: .relaxed).oldValue
                guard lane < lanes else { return }
                var sum = zero
                for index in stride(from: lane, to: count, by: lanes) {
                    guard failure.withLock({ $0 == nil }) else { return }
                    do throws(Failure) {
                        try body(&sum, block(index))
                    } catch {
                        failure.withLock { $0 = $0 ?? error }
                    }
                }
                let result = sum
                sums.withLock { $0[lane] = result }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return sums.withLock { $0 }
    }
}
