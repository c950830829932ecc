internal import Foundation

/// Zeros for a large matrix, from the system and in large pages: in small ones, the first touch of each would take longer
/// than what is done with it. They go with the object.
final class ZeroedMemory {
    let values: UnsafeMutablePointer<Float>
    private let bytes: Int

    /// Bytes from which on the system is asked.
    private static let large = 1 << 22

    init(count: Int) {
        bytes = count * MemoryLayout<Float>.stride
        guard bytes >= Self.large else {
            values = .allocate(capacity: count)
            values.initialize(repeating: 0, count: count)
            return
        }
        let mapping = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapping, mapping != MAP_FAILED else { fatalError("no memory for a matrix of \(bytes) bytes") }
        madvise(mapping, bytes, MADV_HUGEPAGE)
        values = mapping.bindMemory(to: Float.self, capacity: count)
    }

    deinit {
        if bytes >= Self.large { munmap(values, bytes) } else { values.deallocate() }
    }
}
