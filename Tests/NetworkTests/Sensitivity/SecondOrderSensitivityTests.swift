import Approx
import Foundation
import Network
import Testing

@Suite struct SecondOrderSensitivityTests {
    private let graph = SmallNetwork.residual(width: 6)
    private let square = Approximation(
        granularity: .layer,
        polynomials: [Polynomial(basis: .monomial, coefficients: [0.1, 0.5, 0.2], domain: -4...4)])

    private func divergences(_ images: ImageSet, seed: UInt64, threads: Int = 1) throws -> [[Double]] {
        let sensitivity = try SecondOrderSensitivity(
            of: graph, preprocessing: .identity(channels: 3), threads: threads, seed: seed)
        return try sensitivity.divergences(
            of: graph.sites.map { _ in [square] }, on: images, 0..<images.count
        ) { _ in }
    }

    /// Behind the last site the network is linear, so that what its error does to the logits is known exactly. The mean
    /// over random signs has a standard error of about 2 %.
    @Test func meanOverSignsIsTheQuadraticFormOfTheLogits() throws {
        let images = ImageSet.random(40, shape: graph.inputShape)
        let last = graph.sites.count - 1
        let runner = try NetworkRunner(graph: graph, preprocessing: .identity(channels: 3))
        var plan: [Approximation?] = graph.sites.map { _ in nil }
        let before = try runner.logits(plan: plan, images, 0..<40) { _ in }
        plan[last] = square
        let after = try runner.logits(plan: plan, images, 0..<40) { _ in }
        let classes = graph.classCount
        var expected = 0.0
        for image in 0..<40 {
            let part = image * classes..<(image + 1) * classes
            let powers = before[part].map { exp(Double($0)) }
            let shares = powers.map { $0 / powers.reduce(0, +) }
            let changes = zip(after[part], before[part]).map { Double($0) - Double($1) }
            let mean = zip(shares, changes).reduce(0) { $0 + $1.0 * $1.1 }
            expected += zip(shares, changes).reduce(0) { $0 + $1.0 * ($1.1 - mean) * ($1.1 - mean) } / 80
        }
        let found = try (0..<100).map { try divergences(images, seed: $0)[last][0] }.reduce(0, +) / 100
        #expect(expected > 0)
        #expect(abs(found - expected) < 0.1 * expected, "\(found), expected \(expected)")
    }

    @Test func doesNotDependOnThreads() throws {
        let images = ImageSet.random(37, shape: graph.inputShape)
        #expect(try divergences(images, seed: 4, threads: 1) == divergences(images, seed: 4, threads: 3))
        #expect(try divergences(images, seed: 4) != divergences(images, seed: 5))
    }

    @Test func levelsOfAGraphWithAShortcutAreThoseOfItsLongestPath() {
        let levels = graph.levelGraph
        #expect(levels.layerCount == graph.sites.count)
        let one = levels.levels(ofLayers: graph.sites.map { _ in 1 })
        #expect(levels.levels(ofLayers: graph.sites.map { _ in 2 }) > one)
        #expect(one <= 2 * graph.sites.count + 1)
    }
}
