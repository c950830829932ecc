internal import CRename
internal import Foundation

/// Gives finished files names that are free, in one step: it fails with `EEXIST` if the name is taken, also by somebody who
/// comes at the same moment.
package enum FreeName {
    /// Gives `draft` the name `path`; it may keep its own beside that.
    ///
    /// - Returns: 0, or the error code of the system.
    package static func give(_ path: String, to draft: String) -> Int32 {
        guard link(draft, path) != 0 else { return 0 }
        let code = errno
        // A file system without links, such as that of a memory stick.
        return [EPERM, EOPNOTSUPP, ENOSYS].contains(code) ? move(draft, to: path) : code
    }

    /// The same without links: `draft` loses its own name.
    package static func move(_ draft: String, to path: String) -> Int32 {
        crename_exclusively(draft, path) == 0 ? 0 : errno
    }
}
