internal import Dispatch
internal import Foundation

/// The command curl, which fetches one URL into one file.
struct Curl {
    enum Outcome: Equatable {
        case done
        /// curl's exit code and its own words.
        case failed(code: Int32, reason: String)
    }

    /// Seconds until a host that does not answer is given up.
    var connectTimeout: Int

    /// Fetches `url` into `path`, going on where an earlier try stopped.
    ///
    /// A transfer that stays below a kilobyte a second for 15 seconds is given up.
    ///
    /// - Parameter tick: Called some times a second while curl runs.
    /// - Throws: ``DataError/toolMissing(name:)`` where there is no curl.
    func fetch(_ url: String, to path: String, tick: () -> Void) throws(DataError) -> Outcome {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "curl", "--fail", "--location", "--silent", "--show-error", "--proto", "=https,http,file",
            "--proto-redir", "=https,http", "--connect-timeout", String(connectTimeout), "--speed-limit", "1000",
            "--speed-time", "15", "--continue-at", "-", "--output", path, url,
        ]
        let errors = Pipe()
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = errors
        let ended = DispatchSemaphore(value: 0)
        process.terminationHandler = { _ in ended.signal() }
        do { try process.run() } catch { throw .toolMissing(name: "curl") }
        while ended.wait(timeout: .now() + .milliseconds(250)) == .timedOut { tick() }
        // A line or two at most, which the pipe holds.
        let words = (try? errors.fileHandleForReading.readToEnd()) ?? Data()
        let code = process.terminationStatus
        switch code {
        case 0: return .done
        case 126, 127: throw .toolMissing(name: "curl")
        default:
            let line = String(decoding: words, as: UTF8.self).split(separator: "\n").first.map(String.init)
            return .failed(code: code, reason: line ?? "curl ended with code \(code)")
        }
    }
}
