internal import Foundation
internal import Testing

/// A network in Fixtures/ONNX with two images and the logits that ONNX Runtime computes for them.
struct ONNXFixture: CustomTestStringConvertible, Sendable {
    let name: String

    var testDescription: String { name }

    /// The whole content of the model file.
    var file: Data {
        get throws { try Data(contentsOf: Self.folder.appending(path: "\(name).onnx")) }
    }

    /// Both images, channels x height x width each.
    var images: [Float] {
        get throws { try floats("input") }
    }

    var logits: [Float] {
        get throws { try floats("output") }
    }

    static let all: [ONNXFixture] = {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []
        return names.filter { $0.hasSuffix(".onnx") }.sorted().map { ONNXFixture(name: String($0.dropLast(5))) }
    }()

    private static var folder: URL { Bundle.module.bundleURL.appending(path: "Fixtures/ONNX") }

    private func floats(_ kind: String) throws -> [Float] {
        let bytes = try Data(contentsOf: Self.folder.appending(path: "\(name).\(kind).f32"))
        return bytes.withUnsafeBytes { buffer in
            stride(from: 0, to: buffer.count, by: 4).map {
                Float(bitPattern: UInt32(littleEndian: buffer.loadUnaligned(fromByteOffset: $0, as: UInt32.self)))
            }
        }
    }
}
