/// The files through which a client and a server in two processes work together: what the server needs, and what it
/// made. No secret key is ever among them.
package struct RoleFolder: Sendable {
    /// Of a folder that is there.
    package let path: String

    package init(_ path: String) {
        self.path = path
    }

    package var context: String { "\(path)/context" }

    package func evaluationKeys(stage: Int) -> String { "\(path)/evaluation-keys-\(stage)" }
    package func input(batch: Int, ciphertext: Int) -> String { "\(path)/input-\(batch)-\(ciphertext)" }
    package func output(batch: Int, ciphertext: Int) -> String { "\(path)/output-\(batch)-\(ciphertext)" }
}

/// Where the server of an encrypted run is.
package enum EncryptedEvaluation {
    case inProcess
    /// In another process, which works on a folder's files; the closure waits for it.
    case separate(RoleFolder, evaluate: (_ batches: Int) throws -> ServerTimes)
}
