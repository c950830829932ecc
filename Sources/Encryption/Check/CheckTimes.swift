/// Seconds of a run, by what they went to.
package struct CheckTimes: Hashable, Codable, Sendable {
    /// Secret, public and evaluation keys: making them, and reading them where the server is another process.
    package var keys = 0.0
    /// Encoding plaintexts that stay in memory for several batches.
    package var preparation = 0.0
    package var encryption = 0.0
    package var evaluation = 0.0
    package var decryption = 0.0
    package var batches = 0

    package init() {}

    mutating func add(_ server: ServerTimes) {
        keys += server.keys
        preparation += server.preparation
        evaluation += server.evaluation
    }

    /// Encryption, evaluation and decryption of one batch, on average.
    package var perBatch: Double {
        batches == 0 ? 0 : (encryption + evaluation + decryption) / Double(batches)
    }
}
