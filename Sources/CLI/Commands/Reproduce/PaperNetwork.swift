/// The networks on which Nam, Joo, Ha and Paek (2024) compare methods.
enum PaperNetwork: String, CaseIterable, Codable, Sendable {
    case lenet5, resnet20, resnet32

    /// The data set that it classifies.
    var dataset: String { self == .lenet5 ? "mnist" : "cifar10" }

    /// What its trained network is called in the store.
    var modelName: String { "\(rawValue)-\(dataset)" }

    /// Activations between its linear layers.
    var layers: Int {
        switch self {
        case .lenet5: 4
        case .resnet20: 19
        case .resnet32: 31
        }
    }
}

/// The ways to a polynomial network that the paper compares, as it calls them.
enum PaperMethod: String, CaseIterable, Codable, Sendable {
    /// Polynomials of high degree in the trained network.
    case inferenceReplacement = "IR"
    /// Training with the polynomials in place.
    case retraining = "RT"
    /// Search for the polynomials layer by layer.
    case architectureSearch = "NAS"
    /// Fits to the data between the layers.
    case ours = "Ours"
}
