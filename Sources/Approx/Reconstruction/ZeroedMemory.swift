internal import Foundation

/// Zeros for large matrices, from the system and in large pages: in small ones, the first touch of each would take longer
/// than what is done with it.
enum ZeroedMemory {
    /// Bytes from which on the system is asked.
    private static let large = 1 << 22

    static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
        let bytes = count * MemoryLayout<Float>.stride
        guard bytes >= large else {
            let values = UnsafeMutablePointer<Float>.allocate(capacity: count)
            values.initialize(repeating: 0, count: count)
            return values
        }
        let mapping = mmap(nil, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
        guard let mapping, mapping != MAP_FAILED else { fatalError("no memory for a matrix of \(bytes) bytes") }
        madvise(mapping, bytes, MADV_HUGEPAGE)
        return mapping.bindMemory(to: Float.self, capacity: count)
    }

    static func deallocate(_ values: UnsafeMutablePointer<Float>, count: Int) {
        let bytes = count * MemoryLayout<Float>.stride
        if bytes >= large { munmap(values, bytes) } else { values.deallocate() }
    }
}
