import Approx
import Network
import Testing

@Suite struct AnchorPenaltyTests {
    private let graph = SmallNetwork.residual(width: 8)
    private let anchors = CurveAnchors(reach: 0.5)

    /// A cubic for each channel of one site, a quadratic for all of another.
    private func network() throws -> TrainableNetwork {
        let cubic = Polynomial(basis: .chebyshev, coefficients: [0.9, 0.75, 0.4, -0.1], domain: -3...3)
        let square = Polynomial(basis: .chebyshev, coefficients: [0.9, 0.75, 0.4], domain: -3...3)
        var activations: [TrainableActivation?] = graph.sites.map { _ in nil }
        activations[1] = TrainableActivation(
            Approximation(granularity: .layer, polynomials: [square]), variables: [.init(center: 0, scale: 1)])
        let channels = graph.sites[4].shape.channels
        activations[4] = TrainableActivation(
            Approximation(granularity: .channel, polynomials: Array(repeating: cubic, count: channels)),
            variables: Array(repeating: .init(center: 0.1, scale: 0.8), count: channels))
        return try TrainableNetwork(graph: graph, activations: activations)
    }

    private func statistics() throws -> [LayerStatistics] {
        let images = ImageSet.random(20, shape: graph.inputShape)
        return try NetworkRunner(graph: graph, preprocessing: .identity(channels: 3)).capture(images, 0..<20) { _ in }
    }

    private func price(_ penalty: AnchorPenalty, _ values: [Float]) -> (price: Double, gradient: [Float]) {
        var gradient = [Float](repeating: 0, count: values.count)
        let price = gradient.withUnsafeMutableBufferPointer { penalty.add(to: $0, values: values) }
        return (price, gradient)
    }

    @Test func thePriceIsTheErrorAtTheAnchors() throws {
        let network = try network(), statistics = try statistics()
        let penalty = AnchorPenalty(on: network, statistics: statistics, anchors: anchors, weight: 3)
        var expected = 0.0
        for (site, activation) in network.activations.enumerated() {
            guard let activation else { continue }
            let all = statistics[site]
            let channels = activation.approximation.granularity == .layer ? [all.pooled] : all.channels
            for (polynomial, channel) in zip(activation.approximation.polynomials, channels) {
                let range = try #require(channel.range)
                let largest = max(abs(range.lowerBound), abs(range.upperBound))
                let points = anchors.points(beyond: range, largest: largest)
                #expect(points.allSatisfy { !range.contains($0) || $0 == range.lowerBound })
                let errors = points.map { polynomial($0) - max(0, $0) }.map { $0 * $0 / (largest * largest) }
                expected += 3 * errors.reduce(0, +) / Double(points.count * channels.count)
            }
        }
        let found = price(penalty, network.initialValues).price
        #expect(abs(found - expected) < 1e-4 * expected, "\(found) and \(expected)")
    }

    @Test func theGradientIsThatOfThePrice() throws {
        let network = try network()
        let penalty = AnchorPenalty(on: network, statistics: try statistics(), anchors: anchors, weight: 0.5)
        let values = network.initialValues
        let gradient = price(penalty, values).gradient
        let largest = gradient.reduce(0) { max($0, abs($1)) }
        for parameter in network.parameters {
            guard case .coefficients = parameter.role else {
                #expect(gradient[parameter.range].allSatisfy { $0 == 0 }, "\(parameter.name)")
                continue
            }
            for index in parameter.range {
                // Of a quadratic form central differences are exact.
                let step: Float = 0.25
                let prices = [step, -step].map { step in
                    var moved = values
                    moved[index] += step
                    return price(penalty, moved).price
                }
                let expected = (prices[0] - prices[1]) / Double(2 * step)
                #expect(abs(Double(gradient[index]) - expected) < 1e-4 * Double(largest))
            }
        }
    }
}
