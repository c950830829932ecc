internal import Foundation
internal import Synchronization

/// How much memory the activations of a reconstruction may take; what goes beyond stands in unnamed files.
final class ActivationBudget: Sendable {
    private let left: Mutex<Int>
    private let directory: URL

    /// - Parameters:
    ///   - bytes: Of memory.
    ///   - directory: Where the files are made, and at once unlinked, so that nothing is left behind.
    init(bytes: Int, directory: URL) {
        left = Mutex(bytes)
        self.directory = directory
    }

    /// Zeros in memory or in a file.
    struct Mapping {
        let bytes: UnsafeMutableRawPointer
        let count: Int
        fileprivate let isInMemory: Bool
    }

    /// - Throws: ``InferenceError/outOfMemory(bytes:)``, ``InferenceError/noRoomToSpill(bytes:directory:reason:)``.
    func map(_ count: Int) throws(InferenceError) -> Mapping {
        let isInMemory = left.withLock { left in
            guard left >= count else { return false }
            left -= count
            return true
        }
        guard isInMemory else { return Mapping(bytes: try spill(count), count: count, isInMemory: false) }
        guard let bytes = Self.mapped(count, file: nil) else {
            left.withLock { $0 += count }
            throw .outOfMemory(bytes: count)
        }
        return Mapping(bytes: bytes, count: count, isInMemory: true)
    }

    func unmap(_ mapping: Mapping) {
        munmap(mapping.bytes, mapping.count)
        if mapping.isInMemory { left.withLock { $0 += mapping.count } }
    }

    private func spill(_ bytes: Int) throws(InferenceError) -> UnsafeMutableRawPointer {
        let path = directory.appending(path: "centroid-activations-XXXXXX").path
        var name = Array(path.utf8CString)
        let file = mkstemp(&name)
        guard file >= 0 else { throw noRoom(bytes, errno) }
        defer { close(file) }
        unlink(name)
        // Reserved at once: a full disk is an error here, not a signal in the middle of a pass.
        let status = posix_fallocate(file, 0, off_t(bytes))
        guard status == 0 else { throw noRoom(bytes, status) }
        guard let mapping = Self.mapped(bytes, file: file) else { throw noRoom(bytes, errno) }
        return mapping
    }

    private func noRoom(_ bytes: Int, _ code: Int32) -> InferenceError {
        .noRoomToSpill(bytes: bytes, directory: directory.path, reason: String(cString: strerror(code)))
    }

    private static func mapped(_ bytes: Int, file: Int32?) -> UnsafeMutableRawPointer? {
        let flags = file == nil ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED
        let mapping = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, file ?? -1, 0)
        return mapping == MAP_FAILED ? nil : mapping
    }
}
