internal import Foundation

/// Which kind of file system a folder lies on, by the kernel's list of mounts (`/proc/self/mountinfo`, proc(5)).
package struct MountTable: Sendable {
    private let mounts: [(point: String, kind: String)]

    /// The mounts that this process sees; none where the system has no such list.
    package static var current: MountTable {
        MountTable(mountinfo: ProcFile.text("/proc/self/mountinfo") ?? "")
    }

    /// Reads lines such as `36 35 98:0 / /mnt rw master:1 - ext4 /dev/root rw`.
    package init(mountinfo: String) {
        mounts = mountinfo.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 4, let separator = fields.firstIndex(of: "-"), separator + 1 < fields.count else {
                return nil
            }
            return (Self.unescaped(fields[4]), String(fields[separator + 1]))
        }
    }

    /// The type of the file system that holds `path`, such as `ext4`; nil if it is not known.
    ///
    /// - Parameter path: Absolute, without symbolic links.
    package func kind(of path: String) -> String? {
        // A later mount hides an earlier one on the same point.
        mounts.enumerated().filter { Self.contains($0.element.point, path) }
            .max { ($0.element.point.count, $0.offset) < ($1.element.point.count, $1.offset) }?.element.kind
    }

    private static func contains(_ point: String, _ path: String) -> Bool {
        point == "/" || path == point || path.hasPrefix(point + "/")
    }

    /// Space, tab, line feed and backslash stand as three octal digits after a backslash.
    private static func unescaped(_ field: Substring) -> String {
        ["\\040": " ", "\\011": "\t", "\\012": "\n", "\\134": "\\"].reduce(String(field)) {
            $0.replacingOccurrences(of: $1.key, with: $1.value)
        }
    }
}
