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
