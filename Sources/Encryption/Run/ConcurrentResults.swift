internal import Dispatch
internal import Synchronization

/// The results of `count` pieces of work in their order, made by up to `threads` threads.
///
/// - Throws: The error of the first piece that failed, so that the same input gives the same message.
func concurrentResults<Element: Sendable>(
    _ count: Int, threads: Int, _ body: @Sendable (Int) throws(EncryptionError) -> Element
) throws(EncryptionError) -> [Element] {
    let next = Atomic(0)
    let results = Mutex<[Result<Element, EncryptionError>?]>(Array(repeating: nil, count: count))
    DispatchQueue.concurrentPerform(iterations: min(threads, count)) { _ in
        while true {
            let index = next.add(1, ordering: .relaxed).oldValue
            guard index < count else { return }
            let result: Result<Element, EncryptionError>
            do throws(EncryptionError) { result = .success(try body(index)) } catch { result = .failure(error) }
            results.withLock { $0[index] = result }
        }
    }
    var elements: [Element] = []
    for result in results.withLock({ $0 }) {
        if let result { elements.append(try result.get()) }
    }
    return elements
}
