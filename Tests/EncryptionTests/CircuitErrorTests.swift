import Approx
import Encryption
import Network
import Testing

@Suite struct CircuitErrorTests {
    @Test func aMaximumPoolIsRefused() throws {
        var network = SampleNetwork(input: TensorShape(channels: 1, height: 4, width: 4))
        let window = Operation.Window(kernelHeight: 2, kernelWidth: 2, strideHeight: 2, strideWidth: 2)
        let graph = network.graph(output: network.flatten(network.pool(network.input, window, .maximum)))
        #expect(throws: EncryptionError.notEncryptable(node: "node0", operation: "max pool 2x2 stride 2")) {
            try Circuit(graph, plan: [], images: 1)
        }
    }

    @Test func aLayerWithoutAPolynomialIsRefused() throws {
        let graph = SampleNetwork.lenet()
        var plan = SamplePlan.plan(for: graph, degree: 2)
        plan[2] = nil
        #expect(throws: EncryptionError.noPolynomial(layer: "site2")) { try Circuit(graph, plan: plan, images: 1) }
    }

    @Test(arguments: [3, 5, 7])
    func otherDegreesAreRefused(degree: Int) throws {
        let graph = SampleNetwork.lenet()
        let polynomial = Polynomial(
            basis: .monomial, coefficients: [Double](repeating: 0.1, count: degree + 1), domain: -1...1)
        var plan = SamplePlan.plan(for: graph, degree: 2)
        plan[1] = Approximation(granularity: .layer, polynomials: [polynomial])
        #expect(throws: EncryptionError.degree(layer: "site1", degree: degree)) {
            try Circuit(graph, plan: plan, images: 1)
        }
    }

    @Test func aDepthBeyondEveryRingIsRefused() {
        #expect(throws: EncryptionError.depth(60, logRing: 13...16)) { try CKKSParameters(depth: 60, slots: 1) }
    }

    @Test func imagesOfAnotherSizeAndTooManyAreRefused() throws {
        let graph = SampleNetwork.lenet()
        let circuit = try Circuit(graph, plan: SamplePlan.plan(for: graph, degree: 2), images: 1)
        #expect(throws: EncryptionError.imageSize(values: 3, expected: 144)) { try circuit.packed([[1, 2, 3]]) }
        let many = [[Double]](
            repeating: [Double](repeating: 0, count: 144), count: circuit.imagesPerCiphertext + 1)
        #expect(throws: EncryptionError.self) { try circuit.packed(many) }
    }
}
