import Encryption
import Foundation

/// The plugin, where `make openfhe` has built it.
enum InstalledOpenFHE {
    static let library = try? OpenFHELibrary()
    static var isThere: Bool { library != nil }
    static let reason = "OpenFHE is not installed; make openfhe installs it"
}

/// A folder of its own that goes with the test.
final class TemporaryFolder: Sendable {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("encryption-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func file(_ name: String) -> String { "\(path)/\(name)" }
}
