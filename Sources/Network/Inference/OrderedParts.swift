internal import Dispatch
internal import Synchronization

/// Numbered parts of some work, each done by whichever thread is free; the results come in the order of the parts, so
/// that nothing depends on how many threads there are.
struct OrderedParts: Sendable {
    let count: Int
    let threads: Int

    /// - Throws: The first failure by time; parts that have not begun by then are left out.
    func map<Result: Sendable, Failure: Error>(
        _ body: @Sendable (Int) throws(Failure) -> Result
    ) throws(Failure) -> [Result] {
        let next = Atomic(0)
        let results = Mutex<[Result?]>(Array(repeating: nil, count: count))
        let failure = Mutex<Failure?>(nil)
        DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
            while failure.withLock({ $0 == nil }) {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < count else { return }
                do throws(Failure) {
                    let result = try body(index)
                    results.withLock { $0[index] = result }
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
        if let error = failure.withLock({ $0 }) { throw error }
        return results.withLock { $0.compactMap { $0 } }
    }
}
