internal import ArgumentParser

/// What `centroid export` writes.
enum ExportFormat: String, CaseIterable, ExpressibleByArgument {
    /// The network with the plan's polynomials as sums and products, for runtimes and compilers.
    case onnx
    /// Coefficients, ranges and figures, for people who write the encrypted program.
    case json
}
