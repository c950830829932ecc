internal import Foundation

/// Reads a file that the user named.
enum InputReader {
    /// - Throws: ``CommandFailure`` that says why the file cannot be read.
    static func contents(of path: String) throws(CommandFailure) -> Data {
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFailure(.noInput, "\(path) does not exist; check the path")
        }
        guard !FileManager.default.isFolder(path) else {
            throw CommandFailure(.noInput, "\(path) is a folder; name a file")
        }
        do {
            return try Data(contentsOf: URL(fileURLWithPath: path))
        } catch {
            throw CommandFailure(.noPermission, "\(path) cannot be read; check its permissions")
        }
    }
}
