internal import Foundation

/// A regular file opened for reading at any offset; closed when the last reference goes.
///
/// Plain reads rather than a memory map, so that a file cut short by someone else is an error and not a signal.
final class InputFile {
    let path: String
    /// Bytes at the time of opening.
    let size: Int
    private let descriptor: Int32

    /// - Throws: ``DataError`` where there is no such file, it may not be read, or it is a directory or a device.
    init(_ path: String) throws(DataError) {
        // Without waiting, so that a named pipe is refused below and does not hang here.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.failure(path, errno) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(descriptor)
            throw .notAFile(path: path)
        }
        self.path = path
        self.size = Int(status.st_size)
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
    }

    /// Fills `buffer` from `offset` on.
    ///
    /// - Returns: The bytes read: fewer than asked for only at the end of the file.
    func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(DataError) -> Int {
        var done = 0
        while done < buffer.count, let base = buffer.baseAddress {
            let got = pread(descriptor, base + done, buffer.count - done, offset + done)
            if got < 0 {
                if errno == EINTR { continue }
                throw Self.failure(path, errno)
            }
            if got == 0 { break }
            done += got
        }
        return done
    }

    /// The `count` bytes from `offset` on.
    ///
    /// - Throws: ``DataError/truncated(path:bytes:expected:)`` where the file ends before.
    func bytes(at offset: Int, count: Int) throws(DataError) -> [UInt8] {
        guard offset >= 0, count >= 0, offset <= size, count <= size - offset else {
            throw .truncated(path: path, bytes: size, expected: offset.addingReportingOverflow(count).partialValue)
        }
        var result = [UInt8](repeating: 0, count: count)
        var done = 0
        var failure: DataError?
        result.withUnsafeMutableBytes { buffer in
            do throws(DataError) { done = try read(at: offset, into: buffer) } catch { failure = error }
        }
        if let failure { throw failure }
        guard done == count else { throw .truncated(path: path, bytes: offset + done, expected: offset + count) }
        return result
    }

    /// The whole file.
    func contents() throws(DataError) -> [UInt8] {
        try bytes(at: 0, count: size)
    }

    /// What a failed system call on `path` means.
    static func failure(_ path: String, _ code: Int32) -> DataError {
        switch code {
        case ENOENT, ENOTDIR: .notFound(path: path)
        case EACCES, EPERM: .notPermitted(path: path)
        default: .readFailed(path: path, reason: String(cString: strerror(code)))
        }
    }
}
