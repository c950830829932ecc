internal import Foundation

/// Where progress, notes and errors go, so that standard output holds results alone.
enum StandardError {
    static func write(_ text: String) {
        FileHandle.standardError.write(Data(text.utf8))
    }

    static func writeLine(_ text: String) {
        write(text + "\n")
    }
}
