internal import Foundation

/// The encryption libraries whose prices come with the program.
package enum PricedBackend: String, CaseIterable, Codable, Sendable {
    case openfhe
    /// Orion's as well, which evaluates by Lattigo.
    case lattigo
    case seal
}

extension PriceList {
    /// The list of `backend`: degrees 2 and 4 as Centroid's own circuit evaluates them, in one and two levels, the others
    /// as the library's evaluator or a depth-optimal one does.
    package static func builtIn(_ backend: PricedBackend) throws(PriceListError) -> PriceList {
        let bytes =
            switch backend {
            case .openfhe: PackageResources.openfhe_json
            case .lattigo: PackageResources.lattigo_json
            case .seal: PackageResources.seal_json
            }
        return try PriceList(decoding: Data(bytes), file: "\(backend.rawValue).json")
    }
}
