import Foundation
import Network

/// The small data sets beside the tests, and where real ones may be.
enum DataFixtures {
    /// Path of a fixture made by `make-data-fixtures.py`.
    static func path(_ name: String) -> String {
        Bundle.module.bundleURL.appending(path: "Fixtures/Data/\(name)").path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path(name))))
    }

    /// The formula that the script fills images with.
    static func pixels(count: Int, shape: TensorShape, first: Int = 0) -> [UInt8] {
        var pixels: [UInt8] = []
        for n in first..<first + count {
            for c in 0..<shape.channels {
                for y in 0..<shape.height {
                    for x in 0..<shape.width { pixels.append(UInt8((37 * n + 11 * c + 5 * y + 3 * x) % 251)) }
                }
            }
        }
        return pixels
    }

    /// Directory of a real data set, such as `cifar10`; nil where there is none.
    static func realData(_ name: String) -> String? {
        let package = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../..").standardized
        let root =
            ProcessInfo.processInfo.environment["CENTROID_DATA"]
            ?? package.appending(path: "../shared/data").standardized.path
        let path = "\(root)/\(name)"
        return FileManager.default.fileExists(atPath: path) ? path : nil
    }
}

/// A directory of one test, removed at its end.
final class ScratchDirectory {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appending(path: "centroid-data-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    /// With a copy of the fixture directory `name` in it.
    init(copying name: String) throws {
        path = FileManager.default.temporaryDirectory.appending(path: "centroid-data-\(UUID().uuidString)").path
        try FileManager.default.copyItem(atPath: DataFixtures.path(name), toPath: path)
    }

    deinit {
        try? FileManager.default.removeItem(atPath: path)
    }

    func path(of name: String) -> String { "\(path)/\(name)" }

    func write(_ bytes: [UInt8], to name: String) throws {
        let url = URL(filePath: path(of: name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func bytes(of name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(filePath: path(of: name))))
    }

    func remove(_ name: String) throws {
        try FileManager.default.removeItem(atPath: path(of: name))
    }
}

extension ImageSet {
    /// The pixels where they are bytes, else nothing.
    var bytes: [UInt8] {
        if case .bytes(let bytes) = pixels { bytes } else { [] }
    }

    /// The pixels where they are floats, else nothing.
    var floats: [Float] {
        if case .floats(let floats) = pixels { floats } else { [] }
    }
}
