internal import CDNNL
internal import Synchronization

/// Adds up vectors that threads deliver in any order, always in the order of their numbers, so that the sum is the same
/// to the last bit whoever came first. Nobody waits for anybody.
///
/// `total` is written by the one thread that has set `isAdding`, under the lock, and read when all threads are done.
final class OrderedSum: Sendable {
    private struct State {
        var waiting: [Int: GradientVector] = [:]
        var free: [GradientVector] = []
        var next = 0
        var isAdding = false
    }

    private let count: Int
    private let total: GradientVector
    private let state = Mutex(State())

    /// - Parameter count: Floats in each vector.
    init(count: Int) throws(InferenceError) {
        self.count = count
        total = try GradientVector(count: count)
    }

    var values: UnsafeMutablePointer<Float> { total.floats }

    /// Forgets what was added; nobody must be adding.
    func restart() {
        total.floats.update(repeating: 0, count: count)
        state.withLock { state in
            state.free += state.waiting.values
            state.waiting = [:]
            state.next = 0
        }
    }

    /// A vector to fill; what it holds is from an earlier use, or zeros.
    func vector() throws(InferenceError) -> GradientVector {
        if let free = state.withLock({ $0.free.popLast() }) { return free }
        return try GradientVector(count: count)
    }

    /// Adds vector `number`, of 0, 1, 2, ..., as soon as those before it are added; takes it back for another use.
    func add(_ vector: GradientVector, number: Int) {
        let isFirst = state.withLock { state in
            state.waiting[number] = vector
            defer { state.isAdding = true }
            return !state.isAdding
        }
        guard isFirst else { return }
        while let next = takeNext() {
            cdnnl_add(total.floats, next.floats, total.floats, count)
            state.withLock { state in
                state.free.append(next)
                state.next += 1
            }
        }
    }

    /// Gives back a vector that is not to be added.
    func release(_ vector: GradientVector) {
        state.withLock { $0.free.append(vector) }
    }

    private func takeNext() -> GradientVector? {
        state.withLock { state in
            let next = state.waiting.removeValue(forKey: state.next)
            if next == nil { state.isAdding = false }
            return next
        }
    }
}

/// The gradients of all parameters of one micro-batch, or of a batch; zeros at first.
///
/// `@unchecked Sendable`: a vector is with one owner at a time, the thread that fills it or the ``OrderedSum``, whose
/// lock orders them.
final class GradientVector: @unchecked Sendable {
    private let buffer: AlignedBuffer

    init(count: Int) throws(InferenceError) {
        buffer = try AlignedBuffer(byteCount: max(count, 1) * MemoryLayout<Float>.stride)
        buffer.floats.update(repeating: 0, count: count)
    }

    var floats: UnsafeMutablePointer<Float> { buffer.floats }
}
