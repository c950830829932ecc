/// Why a network could not be compiled or run. Each case carries what a reader needs to put it right.
package enum InferenceError: Error, Equatable, Sendable {
    case batchSize(Int)
    case threadCount(Int)
    case imageShape(network: TensorShape, images: TensorShape)
    /// The preprocessing is not for the network's input.
    case preprocessing(DataError)
    case imageRange(Range<Int>, images: Int)
    case unknownSite(Int, sites: Int)
    case planLength(Int, sites: Int)
    case polynomialCount(site: String, polynomials: Int, channels: Int)
    case polynomialDegree(site: String, degree: Int, largest: Int)
    case originalPredictions(Int, images: Int)
    case classCount(Int, largest: Int)
    case malformedNode(name: String, reason: String)
    /// oneDNN refused an operation or failed in it.
    case operation(name: String, reason: String)
    case outOfMemory(bytes: Int)
    /// Activations that do not fit into memory found no place on the disk.
    case noRoomToSpill(bytes: Int, directory: String, reason: String)
    case damagedPredictions(reason: String)
    case damagedWeights(reason: String)
}

extension InferenceError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .batchSize(let size):
            "a batch of \(size) images cannot be run; choose 1 or more"
        case .threadCount(let count):
            "\(count) threads cannot run a network; choose 1 or more"
        case .imageShape(let network, let images):
            "the network reads images of \(network) but the data set has \(images); choose a data set that fits"
        case .preprocessing(let error):
            error.description
        case .imageRange(let range, let images):
            "images \(range.lowerBound)..<\(range.upperBound) are not all in the set, which has \(images); choose a "
                + "range inside 0..<\(images)"
        case .unknownSite(let site, let sites):
            "there is no activation layer \(site); the network has \(sites), numbered from 0"
        case .planLength(let length, let sites):
            "the plan has \(length) entries but the network has \(sites) activation layers; give one entry for each"
        case .polynomialCount(let site, let polynomials, let channels):
            "the approximation of \(site) has \(polynomials) polynomials for \(channels) channels; fit it to this layer"
        case .polynomialDegree(let site, let degree, let largest):
            "the approximation of \(site) has degree \(degree); the largest that can be run is \(largest)"
        case .originalPredictions(let predictions, let images):
            "\(predictions) predictions of the original network were given for \(images) images; predict the same range"
        case .classCount(let count, let largest):
            "the network has \(count) outputs; at most \(largest) classes can be told apart"
        case .malformedNode(let name, let reason):
            "node \(name) cannot be run: \(reason); import the model again"
        case .operation(let name, let reason):
            "node \(name) cannot be run: \(reason)"
        case .outOfMemory(let bytes):
            "no \(bytes) bytes of memory are left for activations; use a smaller batch or fewer threads"
        case .noRoomToSpill(let bytes, let directory, let reason):
            "no \(bytes) bytes for activations in \(directory): \(reason); choose another directory, more memory or fewer "
                + "images"
        case .damagedPredictions(let reason):
            "stored predictions are damaged: \(reason); evaluate again"
        case .damagedWeights(let reason):
            "stored weights are damaged or of another network: \(reason); make the plan again"
        }
    }
}
