import Approx
import Foundation
import Testing

/// What 40 digits of mpmath found, see `Fixtures/make_best_approximations.py`.
struct BestApproximations: Decodable, Sendable {
    struct Minimax: Decodable, Sendable, CustomTestStringConvertible {
        let activation: String
        let lower: Double
        let upper: Double
        let degree: Int
        let error: Double
        /// At 17 equidistant points from end to end.
        let values: [Double]

        var testDescription: String { "\(activation) on \(lower)...\(upper), degree \(degree)" }
    }

    struct Hermite: Decodable, Sendable, CustomTestStringConvertible {
        let activation: String
        let mean: Double
        let deviation: Double
        let coefficients: [Double]

        var testDescription: String { "\(activation), mean \(mean), deviation \(deviation)" }
    }

    struct Sign: Decodable, Sendable, CustomTestStringConvertible {
        let degrees: [Int]
        let gap: Double
        let errors: [Double]

        var testDescription: String { "\(degrees), gap \(gap)" }
    }

    let minimax: [Minimax]
    let hermite: [Hermite]
    let signs: [Sign]

    static let all: BestApproximations = {
        do {
            let fixture = Bundle.module.url(
                forResource: "best_approximations", withExtension: "json", subdirectory: "Fixtures")
            return try JSONDecoder().decode(BestApproximations.self, from: Data(contentsOf: #require(fixture)))
        } catch {
            Issue.record(error)
            return BestApproximations(minimax: [], hermite: [], signs: [])
        }
    }()

    /// The functions of the script.
    static func activation(named name: String) throws -> ActivationFunction {
        let known: [ActivationFunction] = [
            .relu, .leakyReLU(slope: 0.125), .sigmoid, .tanh, .silu, .gelu, .hardSwish,
        ]
        return try #require(known.first { $0.name == name })
    }
}
