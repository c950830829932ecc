import Foundation

/// A folder of one test's own, gone with the last reference to it.
final class TemporaryFolder: Sendable {
    let path: String

    /// - Parameter inMemory: Puts it on a file system without a disk, where there is one: then nothing waits for `fsync`.
    init(inMemory: Bool = false) throws {
        let memory = "/dev/shm"
        let isUsable = inMemory && FileManager.default.isWritableFile(atPath: memory)
        path = (isUsable ? memory : NSTemporaryDirectory()) + "/centroid-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func file(_ name: String) -> String { path + "/" + name }

    var contents: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }
    }
}
