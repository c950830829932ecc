internal import Foundation

/// Gives finished files names that are free.
package enum FreeName {
    /// Gives `draft` the name `path`, which fails with `EEXIST` if the name is taken, also by somebody who comes at the same
    /// moment. `draft` may keep its name beside it.
    ///
    /// - Returns: 0, or the error code of the system.
    package static func give(_ path: String, to draft: String) -> Int32 {
        guard link(draft, path) != 0 else { return 0 }
        let code = errno
        // A file system without links, such as that of a memory stick.
        return [EPERM, EOPNOTSUPP, ENOSYS].contains(code) ? reserve(path, for: draft) : code
    }

    /// In two steps: an empty file of that name, which only one can make, and the draft in its place.
    package static func reserve(_ path: String, for draft: String) -> Int32 {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { return errno }
        close(descriptor)
        guard rename(draft, path) != 0 else { return 0 }
        let code = errno
        unlink(path)
        return code
    }
}
