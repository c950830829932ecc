internal import Encryption
internal import Foundation
internal import Worker

/// A server in a process of its own, started once for all batches of a check.
struct EvaluatingProcess {
    let arguments: [String]

    /// Makes a folder that only this user may enter, and removes it behind `body`.
    static func withFolder<Result>(_ body: (RoleFolder) throws -> Result) throws -> Result {
        let path = NSTemporaryDirectory() + "centroid-check-\(UUID().uuidString)"
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw CommandFailure(.cannotCreate, "\(path) cannot be made; name another folder in TMPDIR")
        }
        defer { try? FileManager.default.removeItem(atPath: path) }
        return try body(RoleFolder(path))
    }

    /// Runs it to its end.
    func times() throws -> ServerTimes {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: WorkerCommand.same([]).executable)
        process.arguments = arguments
        process.standardOutput = output
        try process.run()
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CommandFailure(
                ExitStatus(rawValue: process.terminationStatus) ?? .systemError,
                "the server process ended with status \(process.terminationStatus); its message stands above")
        }
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        return try decoder.decode(ServerTimes.self, from: text)
    }
}
