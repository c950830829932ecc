package import Foundation
internal import Synchronization

/// How much memory the activations of a reconstruction may take; what goes beyond stands in unnamed files.
package final class ActivationBudget: Sendable {
    private struct Fields {
        var left: Int
        /// In memory, and nobody's: the next value of that size takes it over, which saves the system clearing pages.
        var spare: [Mapping] = []
    }

    private let fields: Mutex<Fields>
    private let directory: URL

    /// - Parameters:
    ///   - bytes: Of memory.
    ///   - directory: Where the files are made, and at once unlinked, so that nothing is left behind.
    package init(bytes: Int, directory: URL) {
        fields = Mutex(Fields(left: bytes))
        self.directory = directory
    }

    deinit {
        fields.withLock { Self.release(&$0) }
    }

    /// Room in memory or in a file, with whatever was there.
    ///
    /// `@unchecked Sendable`: it says where the room is; whose turn it is there, ``ActivationStore`` says.
    package struct Mapping: @unchecked Sendable {
        package let bytes: UnsafeMutableRawPointer
        let count: Int
        package let isInMemory: Bool
    }

    /// - Throws: ``InferenceError/outOfMemory(bytes:)``, ``InferenceError/noRoomToSpill(bytes:directory:reason:)``.
    package func map(_ count: Int) throws(InferenceError) -> Mapping {
        let (spare, isInMemory) = fields.withLock { fields -> (Mapping?, Bool) in
            if let index = fields.spare.firstIndex(where: { $0.count == count }) {
                return (fields.spare.remove(at: index), true)
            }
            // Other sizes are mostly those of layers that are done: to keep them until room is short saves no time.
            Self.release(&fields)
            guard fields.left >= count else { return (nil, false) }
            fields.left -= count
            return (nil, true)
        }
        if let spare { return spare }
        guard isInMemory else { return Mapping(bytes: try spill(count), count: count, isInMemory: false) }
        guard let bytes = Self.mapped(count, file: nil) else {
            fields.withLock { $0.left += count }
            throw .outOfMemory(bytes: count)
        }
        return Mapping(bytes: bytes, count: count, isInMemory: true)
    }

    package func unmap(_ mapping: Mapping) {
        guard mapping.isInMemory else {
            munmap(mapping.bytes, mapping.count)
            return
        }
        fields.withLock { $0.spare.append(mapping) }
    }

    private static func release(_ fields: inout Fields) {
        for mapping in fields.spare {
            munmap(mapping.bytes, mapping.count)
            fields.left += mapping.count
        }
        fields.spare = []
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

    /// Bytes.
    private static let largePage = 1 << 21

    private static func mapped(_ bytes: Int, file: Int32?) -> UnsafeMutableRawPointer? {
        let flags = file == nil ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED
        let mapping = mmap(nil, bytes, PROT_READ | PROT_WRITE, flags, file ?? -1, 0)
        guard mapping != MAP_FAILED else { return nil }
        // In small pages, the first touch of each would take longer than what is done with it.
        if file == nil, bytes >= largePage { madvise(mapping, bytes, MADV_HUGEPAGE) }
        return mapping
    }
}
