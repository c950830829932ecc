/// Why a network could not be written as a file. Each case carries what a reader needs to put it right.
package enum ExportError: Error, Equatable, Sendable {
    case planLength(Int, sites: Int)
    case polynomialCount(site: String, polynomials: Int, channels: Int)
    /// A constant that a polynomial needs is not finite in single precision.
    case unrepresentable(site: String, value: Double)
    case malformedNode(name: String, reason: String)
    /// The file would be larger than its format allows.
    case tooLarge(parameters: Int)
}

extension ExportError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .planLength(let length, let sites):
            "the plan has \(length) entries but the network has \(sites) activation layers; give one entry for each"
        case .polynomialCount(let site, let polynomials, let channels):
            "the approximation of \(site) has \(polynomials) polynomials for \(channels) channels; fit it to this layer"
        case .unrepresentable(let site, let value):
            "the approximation of \(site) needs the constant \(value), which single precision does not have; choose "
                + "another plan or --format json"
        case .malformedNode(let name, let reason):
            "node \(name) cannot be exported: \(reason); import the model again"
        case .tooLarge(let parameters):
            "a network of \(parameters) parameters does not fit into one ONNX file (2 GiB); use --format json"
        }
    }
}
