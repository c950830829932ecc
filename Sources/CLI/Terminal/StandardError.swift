internal import Foundation

/// Where progress, notes and errors go, so that standard output holds results alone.
enum StandardError {
    /// What cannot be written there (a full disk, nobody who reads) is no reason to stop: the exit code tells.
    static func write(_ text: String) {
        try? FileHandle.standardError.write(contentsOf: Data(text.utf8))
    }

    static func writeLine(_ text: String) {
        write(text + "\n")
    }
}
