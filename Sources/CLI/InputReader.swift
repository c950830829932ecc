internal import Foundation

/// Reads a file that the user named.
enum InputReader {
    /// - Throws: ``CommandFailure`` that says why the file cannot be read.
    static func contents(of path: String) throws(CommandFailure) -> Data {
        // Without waiting, so that a named pipe is refused below and does not hang here.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(path, errno) }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure(path, errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw CommandFailure(.noInput, "\(path) is a folder; name a file")
        // A pipe may never end, and a device neither.
        default: throw CommandFailure(.noInput, "\(path) is no ordinary file; name one")
        }
        do {
            return try file.readToEnd() ?? Data()
        } catch {
            throw failure(path, EIO)
        }
    }

    private static func failure(_ path: String, _ code: Int32) -> CommandFailure {
        let reason = String(cString: strerror(code))
        return switch code {
        case EACCES, EPERM: CommandFailure(.noPermission, "\(path) cannot be read; check its permissions")
        case ENOENT, ENOTDIR: CommandFailure(.noInput, "\(path) does not exist; check the path")
        case ENAMETOOLONG, ELOOP: CommandFailure(.noInput, "\(path) is no file: \(reason); check the path")
        case EIO: CommandFailure(.inputOutput, "\(path) could not be read; check the disk, then try again")
        default: CommandFailure(.inputOutput, "\(path) could not be read: \(reason)")
        }
    }
}
