import Approx
import Network

/// Polynomials close to ReLU, different for every channel.
enum SamplePlan {
    /// - Parameter linearChannels: Whether every third channel is a straight line.
    static func plan(for graph: NetworkGraph, degree: Int, linearChannels: Bool = false) -> [Approximation?] {
        var random = SplitMix64(seed: 5)
        return graph.sites.map { site in
            Approximation(
                granularity: .channel,
                polynomials: (0..<site.shape.channels).map { channel in
                    polynomial(degree: linearChannels && channel % 3 == 0 ? 1 : degree, &random)
                })
        }
    }

    static func polynomial(degree: Int, _ random: inout SplitMix64) -> Polynomial {
        let sign = random.nextUnit() < 0.25 ? -1.0 : 1
        let reach = 2 + 2 * random.nextUnit()
        var coefficients = [0.1 + 0.1 * random.nextUnit(), 0.5, sign * (0.1 + 0.1 * random.nextUnit())]
        if degree == 1 { coefficients = [0.1, 0.3 + 0.4 * random.nextUnit()] }
        if degree == 4 { coefficients += [0.01 * random.nextUnit(), -0.004 - 0.004 * random.nextUnit()] }
        // In the scaled variable, with x^k = (reach t + center)^k left to the basis conversion.
        let scaled = coefficients.enumerated().map { power, value in
            (0..<power).reduce(value) { product, _ in product * reach }
        }
        return Polynomial(basis: .monomial, coefficients: scaled, domain: -reach...reach)
    }

    /// Random images, two standard deviations wide.
    static func images(_ count: Int, for graph: NetworkGraph) -> ImageSet {
        var random = SplitMix64(seed: 3)
        let pixels = (0..<count * graph.inputShape.count).map { _ in Float(2 * random.nextUnit() - 1) }
        return ImageSet(
            shape: graph.inputShape, pixels: .floats(pixels), labels: [Int32](repeating: 0, count: count))
    }
}

extension ImageSet {
    /// The pixels of one image.
    func values(of image: Int) -> [Double] {
        guard case .floats(let values) = pixels else { return [] }
        return values[image * shape.count..<(image + 1) * shape.count].map(Double.init)
    }
}

extension Preprocessing {
    /// Pixels as they are.
    static func identity(channels: Int) -> Preprocessing {
        Preprocessing(
            scale: 1, mean: Array(repeating: 0, count: channels), std: Array(repeating: 1, count: channels))
    }
}

func largestDifference(_ a: some Sequence<Double>, _ b: some Sequence<Double>) -> Double {
    zip(a, b).reduce(0) { max($0, abs($1.0 - $1.1)) }
}
