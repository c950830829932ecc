import Foundation
import Testing

/// What `make_training_fixtures.py` wrote.
enum TorchFixture {
    static func read<Content: Decodable>(_ name: String, as type: Content.Type = Content.self) throws -> Content {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/Training/\(name)", withExtension: "json"))
        return try JSONDecoder().decode(Content.self, from: Data(contentsOf: url))
    }

    /// Where a kind of optimiser has come to.
    struct Trajectory: Decodable {
        var losses: [Double]
        var parameters: [String: [Float]]
    }

    /// Of a batch normalisation, behind the last step.
    struct Running: Decodable {
        var mean: [Float]
        var variance: [Float]
    }

    /// A network with batch statistics, and where training takes it.
    struct Normalised: Decodable {
        var images: [Float]
        var labels: [Int32]
        var initial: [String: [Float]]
        var gradients: [String: [Float]]
        var sgd: Trajectory
        var running: [String: Running]
        /// With running statistics, behind the last step; only of some networks.
        var logits: [Float]?
    }
}
