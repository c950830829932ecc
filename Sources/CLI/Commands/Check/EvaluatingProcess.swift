internal import Encryption
internal import Foundation
internal import Worker

/// A server in a process of its own, started once for all batches of a check.
struct EvaluatingProcess {
    let arguments: [String]
    let folder: CheckFolder

    /// Runs it to its end.
    func times() throws -> ServerTimes {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: WorkerCommand.same([]).executable)
        process.arguments = arguments
        process.standardOutput = output
        // It ends where the other end of this closes, by kill -9 too.
        let life = Pipe()
        process.standardInput = life
        defer { try? life.fileHandleForWriting.close() }
        try process.run()
        folder.server.set(process.processIdentifier)
        defer { folder.server.set(nil) }
        let text = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationReason == .exit else {
            throw CommandFailure(
                .systemError,
                "the server process was ended by signal \(process.terminationStatus); if that was for want of memory, "
                    + "choose a smaller --memory-limit")
        }
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
