internal import Foundation

/// Reads a file that the user named.
enum InputReader {
    /// - Throws: ``CommandFailure`` that says why the file cannot be read.
    static func contents(of path: String) throws(CommandFailure) -> Data {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(path, errno) }
        switch status.st_mode & S_IFMT {
        case S_IFREG: break
        case S_IFDIR: throw CommandFailure(.noInput, "\(path) is a folder; name a file")
        // A pipe may never end, and a device neither.
        default: throw CommandFailure(.noInput, "\(path) is no ordinary file; name one")
        }
        guard faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0 else { throw failure(path, errno) }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw failure(path, EIO)
        }
    }

    private static func failure(_ path: String, _ code: Int32) -> CommandFailure {
        switch code {
        case EACCES, EPERM: CommandFailure(.noPermission, "\(path) cannot be read; check its permissions")
        case ENOENT, ENOTDIR: CommandFailure(.noInput, "\(path) does not exist; check the path")
        case ENAMETOOLONG, ELOOP:
            CommandFailure(.noInput, "\(path) is no file: \(String(cString: strerror(code))); check the path")
        default:
            CommandFailure(
                .inputOutput,
                "\(path) could not be read: \(String(cString: strerror(code))); check the disk, then try again")
        }
    }
}
