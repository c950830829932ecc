internal import Foundation

/// A new file that is written from front to back; closed when the last reference goes.
final class OutputFile {
    private let path: String
    private let descriptor: Int32

    /// - Throws: ``DataError/cannotMake(path:reason:)``, ``DataError/notWritable(path:)``,
    ///   ``DataError/writeFailed(path:reason:)``.
    init(_ path: String) throws(DataError) {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        self.path = path
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Appends `bytes`.
    ///
    /// - Throws: ``DataError/writeFailed(path:reason:)``, such as on a full disk.
    func write(_ bytes: UnsafeRawBufferPointer) throws(DataError) {
        var done = 0
        while done < bytes.count, let base = bytes.baseAddress {
            let written = Foundation.write(descriptor, base + done, bytes.count - done)
            if written < 0 {
                if errno == EINTR { continue }
                throw Self.failure(path, errno)
            }
            done += written
        }
    }

    /// What a failed system call on `path`, which was to be made or written, means.
    static func failure(_ path: String, _ code: Int32) -> DataError {
        let reason = String(cString: strerror(code))
        return switch code {
        case EACCES, EPERM, EROFS: .notWritable(path: path)
        case EEXIST: .cannotMake(path: path, reason: "something else of that name is there")
        case ENOENT, ENOTDIR, EISDIR, ENAMETOOLONG, ELOOP: .cannotMake(path: path, reason: reason)
        default: .writeFailed(path: path, reason: reason)
        }
    }
}
