internal import Foundation

/// Which file a name stands for.
struct FileIdentity: Equatable {
    private let device: UInt64
    private let number: UInt64

    /// Nil if there is none of that name.
    ///
    /// - Throws: ``StoreError/notPermitted(path:)``, ``StoreError/inputOutput(path:detail:)`` if that cannot be seen.
    init?(of path: String) throws(StoreError) {
        var status = stat()
        guard stat(path, &status) == 0 else {
            let code = errno
            switch code {
            case ENOENT, ENOTDIR: return nil
            case EACCES: throw .notPermitted(path: path)
            default: throw .inputOutput(path: path, detail: String(cString: strerror(code)))
            }
        }
        device = UInt64(status.st_dev)
        number = UInt64(status.st_ino)
    }
}
