internal import Foundation

extension FileManager {
    /// Whether there is a folder at `path`, links followed.
    func isFolder(_ path: String) -> Bool {
        var isFolder = ObjCBool(false)
        return fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
