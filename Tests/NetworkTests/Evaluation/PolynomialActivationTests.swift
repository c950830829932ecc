import Approx
import Network
import Testing

/// Networks of one activation, whose output is the polynomial's value at each pixel.
@Suite struct PolynomialActivationTests {
    private func values(
        of approximation: Approximation, channels: Int, width: Int, _ images: ImageSet
    ) throws -> [Float] {
        var network = SmallNetwork(input: images.shape)
        let graph = network.graph(output: network.flatten(network.activation(network.input)))
        return try NetworkRunner(graph).logits(plan: [approximation], images, 0..<images.count) { _ in }
    }

    /// In Clenshaw's recurrence each step rounds values no larger than the sum of the coefficients' magnitudes.
    @Test(arguments: [0, 1, 2, 3, 4, 5, 6, 7, 8, 13, 27, 63])
    func valuesMatchDoublePrecision(degree: Int) throws {
        var numbers = TestNumbers(seed: UInt64(degree) + 3)
        for basis in [Polynomial.Basis.chebyshev, .monomial] {
            // 5 x 5 pixels: whole vectors and a rest.
            let images = ImageSet.random(3, shape: TensorShape(channels: 3, height: 5, width: 5))
            let polynomials = (0..<3).map { channel in
                Polynomial(
                    basis: basis, coefficients: numbers.floats(degree + 1).map(Double.init),
                    domain: -2.5...(2.2 + Double(channel)))
            }
            let approximation = Approximation(granularity: .channel, polynomials: polynomials)
            let values = try values(of: approximation, channels: 3, width: 5, images)
            for image in 0..<3 {
                for (index, x) in images.pixels(of: image).enumerated() {
                    let expected = polynomials[index / 25](x)
                    let tolerance = 1e-6 * Double(degree + 1) * Double(degree + 1)
                    #expect(abs(Double(values[image * 75 + index]) - expected) < tolerance)
                }
            }
        }
    }

    /// Values near 0 go through the steep middle of the composite, where single precision costs most.
    @Test(arguments: CompositeReLU.precisions) func compositesKeepTheirPrecision(precision: Int) throws {
        // 3 channels and 5 x 5 pixels: whole vectors, rests, and in blocked layouts channels that only fill a block.
        let images = ImageSet.random(3, shape: TensorShape(channels: 3, height: 5, width: 5))
        let composites = try [4, 9, 40].map { try CompositeReLU(precision: precision, bound: $0) }
        let steps = composites.map(\.step)
        let approximation = Approximation(
            granularity: .channel, polynomials: steps.map(\.polynomial), gate: steps[0].gate)
        let values = try values(of: approximation, channels: 3, width: 5, images)
        for image in 0..<3 {
            for (index, x) in images.pixels(of: image).enumerated() {
                let composite = composites[index / 25]
                let value = Double(values[image * 75 + index])
                #expect(abs(value - composite(x)) < 2e-6 * composite.bound)
                #expect(abs(value - max(x, 0)) <= composite.error + 2e-6 * composite.bound)
            }
        }
    }

    @Test func offCentreDomainsKeepTheirDigits() throws {
        let polynomial = Polynomial(basis: .monomial, coefficients: [1, -2, 3], domain: 100...101)
        let images = ImageSet.random(1, shape: TensorShape(channels: 1, height: 4, width: 4))
        let near = images.changing([0]) { 100.5 + $0 / 4 }
        let values = try values(
            of: Approximation(granularity: .layer, polynomials: [polynomial]), channels: 1, width: 4, near)
        for (value, x) in zip(values, near.pixels(of: 0)) {
            #expect(abs(Double(value) - polynomial(x)) < 1e-5)
        }
    }
}
