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

    /// Zeros, in memory or in a file.
    func map(_ bytes: Int) throws(InferenceError) -> UnsafeMutableRawPointer {
        let isInMemory = left.withLock { left in
            left -= bytes
            return left >= 0
        }
        let mapping = isInMemory ? Self.mapped(bytes, file: nil) : spill(bytes)
        guard let mapping else {
            left.withLock { $0 += bytes }
            throw .outOfMemory(bytes: bytes)
        }
        return mapping
    }

    func unmap(_ mapping: UnsafeMutableRawPointer, _ bytes: Int) {
        munmap(mapping, bytes)
        left.withLock { $0 += bytes }
    }

    private func spill(_ bytes: Int) -> UnsafeMutableRawPointer? {
        let path = directory.appending(path: "centroid-activations-XXXXXX").path
        var name = Array(path.utf8CString)
        let file = mkstemp(&name)
        guard file >= 0 else { return nil }
        defer { close(file) }
        unlink(name)
        // Reserved at once: a full disk is an error here, not a signal in the middle of a pass.
        guard posix_fallocate(file, 0, off_t(bytes)) == 0 else { return nil }
        return Self.mapped(bytes, file: file)
    }

    private static func mapped(_ bytes: Int, file: Int32?) -> UnsafeMutableRawPointer? {
        let flags = file == nil ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED
        let mapping = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, file ?? -1, 0)
        return mapping == MAP_FAILED ? nil : mapping
    }
}
