internal import Foundation

/// Files that are hidden beside what is made of them, and that a process which is killed leaves there.
package enum HiddenFile {
    private static let prefix = ".centroid-"

    /// A path that nobody else uses.
    package static func unusedPath(in folder: String, ending suffix: String) -> String {
        folder + "/" + prefix + UUID().uuidString + suffix
    }

    /// Those that were last written to more than so many seconds ago; none where the folder cannot be read.
    package static func paths(in folder: String, ending suffix: String, olderThan age: Int) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.filter { $0.hasPrefix(prefix) && $0.hasSuffix(suffix) }.map { folder + "/" + $0 }.filter { path in
            var status = stat()
            return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
                && time(nil) - status.st_mtim.tv_sec > age
        }
    }
}
