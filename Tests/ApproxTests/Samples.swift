import Approx
import Foundation
import Testing

/// Samples that the tests make for themselves.
enum Samples {
    /// The smallest subnormal.
    static let tiniest = Float.leastNonzeroMagnitude

    /// The values of `Fixtures/make_reference.py`, to the bit.
    static func bell(seed: UInt64, count: Int, tail: Double) -> [Float] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            let u = (0..<5).map { _ in random.nextUnit() }
            let bell = u[0] + u[1] + u[2] + u[3] - 2
            return Float(bell / (1 + tail - u[4]) - 0.25)
        }
    }

    /// Standard normal values by Box and Muller.
    static func normal(_ random: inout SplitMix64) -> Double {
        (-2 * log(1 - random.nextUnit())).squareRoot() * cos(2 * .pi * random.nextUnit())
    }

    /// Student's t with 5 degrees of freedom: finite variance, infinite sixth moment.
    static func student5(seed: UInt64, count: Int) -> [Float] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            let squares = (0..<5).reduce(0.0) { total, _ in
                let value = normal(&random)
                return total + value * value
            }
            return Float(normal(&random) / (squares / 5).squareRoot())
        }
    }

    /// Nine narrow values in ten, one wide and off centre.
    static func mixture(seed: UInt64, count: Int) -> [Float] {
        var random = SplitMix64(seed: seed)
        return (0..<count).map { _ in
            let isWide = random.nextUnit() < 0.1
            return Float(isWide ? 1.5 + 3 * normal(&random) : -0.3 + 0.5 * normal(&random))
        }
    }

    /// The statistics of one channel.
    static func statistics(_ values: [Float]) -> ChannelStatistics {
        layer(values).channels[0]
    }

    /// The statistics of a layer with one channel.
    static func layer(_ values: [Float]) -> LayerStatistics {
        values.withUnsafeBufferPointer { LayerStatistics.ofValues($0) }
    }

    /// The statistics of a layer with these channels.
    static func layer(channels: [[Float]]) -> LayerStatistics {
        LayerStatistics(channels: channels.map(statistics))
    }
}

/// What NumPy and scikit-learn found, see `Fixtures/make_reference.py`.
struct Reference: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let seed: UInt64
    let count: Int
    let tail: Double
    let minimum: Double
    let maximum: Double
    let mean: Double
    let variance: Double
    let quantiles: [String: Double]
    let leastSquares: [String: [Double]]
    let inertia: [String: Double]

    var testDescription: String { name }

    var values: [Float] { Samples.bell(seed: seed, count: count, tail: tail) }

    static let all: [Reference] = {
        do {
            let fixture = Bundle.module.url(forResource: "reference", withExtension: "json", subdirectory: "Fixtures")
            return try JSONDecoder().decode([Reference].self, from: Data(contentsOf: #require(fixture)))
        } catch {
            Issue.record(error)
            return []
        }
    }()
}
