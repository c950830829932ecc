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
}
