internal import ArgumentParser
internal import Foundation

/// What `centroid export` writes.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
    /// The network with the plan's polynomials as sums and products, for runtimes and compilers.
    case onnx
    /// Coefficients, ranges and figures, for people who write the encrypted program.
    case json

    /// The one that a file's name asks for: ONNX where it has no ending.
    init?(ofFile name: String) {
        let ending = URL(fileURLWithPath: name).pathExtension.lowercased()
        self.init(rawValue: ending.isEmpty ? Self.onnx.rawValue : ending)
    }
}
