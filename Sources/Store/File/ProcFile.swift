internal import Foundation

/// Reads the kernel's small text files.
package enum ProcFile {
    /// The whole file without space around it; nil if it cannot be read.
    ///
    /// Foundation reads the first 4 KiB alone of files that the kernel says are empty.
    package static func text(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(file, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { return nil }
            if count == 0 { break }
            text += piece[..<count]
        }
        return String(decoding: text, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// The number behind `name` in a file of lines such as `VmRSS:     1234 kB` or `oom_kill 3`.
    package static func number(_ name: String, in text: String) -> Int? {
        for line in text.split(separator: "\n") where line.hasPrefix(name) {
            let words = line.split { " \t:".contains($0) }
            if words.count > 1, words[0] == name { return Int(words[1]) }
        }
        return nil
    }
}
