internal import Dispatch

/// Runs `body` for each index below `count` on all cores, and returns when all are done.
///
/// - Throws: The error of the lowest index that failed, so that the same input gives the same message.
func forEachConcurrently(
    _ count: Int, _ body: @Sendable (Int) throws(DataError) -> Void
) throws(DataError) {
    var failures = [DataError?](repeating: nil, count: count)
    failures.withUnsafeMutableBufferPointer { slots in
        // Each iteration writes its own slot only.
        nonisolated(unsafe) let slots = slots
        DispatchQueue.concurrentPerform(iterations: count) { index in
            do throws(DataError) { try body(index) } catch { slots[index] = error }
        }
    }
    for case .some(let failure) in failures { throw failure }
}
