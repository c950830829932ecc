internal import Foundation

/// Standard output for what may be long: a full disk half-way through is noticed.
enum StandardOutput {
    /// - Throws: `CommandFailure` where not everything could be written.
    static func write(_ data: Data) throws {
        // What was printed before comes first.
        fflush(nil)
        do {
            try FileHandle.standardOutput.write(contentsOf: data)
        } catch {
            throw CommandFailure(
                .inputOutput, "the output could not be written: \(error.localizedDescription); run the command again")
        }
    }
}
