import Approx
import Foundation
import Network
import Testing

/// What stands in an exported file, node by node.
@Suite struct ONNXExportStructureTests {
    /// A convolution, one site, and a classifier of 2 classes.
    private func graph(_ function: ActivationFunction = .relu) -> NetworkGraph {
        var network = SmallNetwork(input: TensorShape(channels: 2, height: 4, width: 4))
        let bent = network.activation(network.convolution(network.input, to: 3), function)
        return network.graph(output: network.linear(network.flatten(bent), to: 2))
    }

    private func layer(_ coefficients: [Double], on domain: ClosedRange<Double>) -> Approximation {
        let polynomial = Polynomial(basis: .monomial, coefficients: coefficients, domain: domain)
        return Approximation(granularity: .layer, polynomials: [polynomial])
    }

    private func file(_ plan: Approximation?, interface: ONNXInterface = .plain) throws -> ONNXFile {
        ONNXFile(try ONNXExporter.file(graph(), plan: [plan], interface: interface, origin: .sample))
    }

    /// The nodes between the convolution and the classifier, as "Mul(a, b) -> c".
    private func steps(_ file: ONNXFile) -> [String] {
        file.nodes.dropFirst().dropLast(2).map {
            "\($0.operation)(\($0.inputs.joined(separator: ", "))) -> \($0.output)"
        }
    }

    @Test func headerNamesFormatProducerAndOrigin() throws {
        let file = try file(nil)
        #expect(file.irVersion == 8)
        #expect(file.opset == 13)
        #expect(file.producer == "centroid")
        #expect(
            file.metadata == [
                "centroid.commit": "ef56", "centroid.dataset": "digits", "centroid.method": "uniform",
                "centroid.model": "lenet", "centroid.model_sha256": "ab12", "centroid.plan": "least-squares degree 4",
                "centroid.plan_key": "cd34",
                "centroid.preprocessing": #"{"mean":[0.16],"scale":0.004,"std":[0.27]}"#,
            ])
    }

    @Test func inputAndOutputAreTheOriginals() throws {
        let file = try file(nil, interface: ONNXInterface(input: "image:0", layout: .channelsFirst, output: "scores"))
        #expect(file.inputs == [.init(name: "image:0", dimensions: [-1, 2, 4, 4], symbols: ["N"])])
        #expect(file.outputs == [.init(name: "scores", dimensions: [-1, 2], symbols: ["N"])])
        #expect(file.nodes.first?.inputs.first == "image:0")
        #expect(file.nodes.last?.outputs == ["scores"])
    }

    @Test func channelsLastInputIsTurnedFirst() throws {
        let file = try file(nil, interface: ONNXInterface(input: "x", layout: .channelsLast, output: "y"))
        #expect(file.inputs[0].dimensions == [-1, 4, 4, 2])
        #expect(file.nodes[0].operation == "Transpose")
        #expect(file.nodes[0].integers["perm"] == [0, 3, 1, 2])
    }

    @Test func layersCarryTheirWeights() throws {
        let graph = graph()
        let file = try file(nil)
        guard case .convolution(let convolution) = graph.nodes[0].operation,
            case .linear(let linear) = graph.nodes[3].operation
        else {
            Issue.record("the network has other nodes")
            return
        }
        let conv = file.nodes[0]
        #expect(conv.operation == "Conv" && conv.name == "n0" && conv.inputs == ["input", "n0.weight", "n0.bias"])
        #expect(
            conv.integers == [
                "dilations": [1, 1], "group": [1], "kernel_shape": [3, 3], "pads": [1, 1, 1, 1], "strides": [1, 1],
            ])
        #expect(file.constant("n0.weight").dimensions == [3, 2, 3, 3])
        #expect(file.constant("n0.weight").reals == convolution.weights)
        #expect(file.constant("n0.bias").reals == convolution.bias)
        let gemm = file.nodes[3]
        #expect(gemm.operation == "Gemm" && gemm.inputs == ["v3", "n3.weight", "n3.bias"])
        #expect(gemm.integers == ["transB": [1]])
        #expect(file.constant("n3.weight").dimensions == [2, 48])
        #expect(file.constant("n3.weight").reals == linear.weights)
    }

    /// 0.5 t^2 + t - 2 with t = x / 4.
    @Test func degreeTwoTakesFourNodes() throws {
        let file = try file(layer([-2, 1, 0.5], on: -4...4))
        #expect(
            steps(file) == [
                "Mul(v1, site0/a2) -> site0/product1", "Add(site0/product1, site0/a1) -> site0/sum1",
                "Mul(v1, site0/sum1) -> site0/product0", "Add(site0/product0, site0/a0) -> v2",
            ])
        #expect(file.nodes[4].name == "site0")
        #expect(file.constant("site0/a2").dimensions == [])
        #expect(["a2", "a1", "a0"].map { file.constant("site0/\($0)").reals } == [[0.03125], [0.25], [-2]])
    }

    @Test func zerosTakeNoNodes() throws {
        #expect(
            steps(try file(layer([0, 0, 0.5], on: -1...1))) == [
                "Mul(v1, site0/a2) -> site0/product1", "Mul(v1, site0/product1) -> v2",
            ])
        #expect(steps(try file(layer([1, 2, 0], on: -1...1))).count == 2)
        #expect(steps(try file(layer([3], on: -1...1))).count == 2)
    }

    /// With t = (x - 6) / 2, by channel.
    @Test func higherDegreesScaleTheVariable() throws {
        let polynomials = (0..<3).map { channel in
            Polynomial(
                basis: .monomial, coefficients: [1, 2, 3, Double(channel)], domain: Double(4 - channel)...8)
        }
        let file = try file(Approximation(granularity: .channel, polynomials: polynomials))
        #expect(
            steps(file) == [
                "Sub(v1, site0/center) -> site0/centered", "Mul(site0/centered, site0/factor) -> site0/scaled",
                "Mul(site0/scaled, site0/a3) -> site0/product2", "Add(site0/product2, site0/a2) -> site0/sum2",
                "Mul(site0/scaled, site0/sum2) -> site0/product1", "Add(site0/product1, site0/a1) -> site0/sum1",
                "Mul(site0/scaled, site0/sum1) -> site0/product0", "Add(site0/product0, site0/a0) -> v2",
            ])
        #expect(file.constant("site0/a3").dimensions == [1, 3, 1, 1])
        #expect(file.constant("site0/a3").reals == [0, 1, 2])
        #expect(file.constant("site0/center").reals == [6, 5.5, 5])
        let factors: [Float] = [0.5, 0.4, 1.0 / 3]
        #expect(file.constant("site0/factor").reals == factors)
    }

    /// Powers of x would lose the digits: at 100 they are 10,000 times what is left of them.
    @Test func domainsFarFromZeroAreCentredAtAnyDegree() throws {
        let file = try file(layer([1, -2, 3], on: 100...101))
        #expect(steps(file).prefix(2).map { $0.prefix(3) } == ["Sub", "Mul"])
        #expect(file.constant("site0/center").reals == [100.5])
    }

    @Test func sameNetworkGivesTheSameBytes() throws {
        let plan = [layer([1, 2, 3, 4], on: -1...2)]
        let files = try (0..<2).map { _ in
            try ONNXExporter.file(graph(), plan: plan, interface: .plain, origin: .sample)
        }
        #expect(files[0] == files[1])
    }

    @Test func tensorsHaveNamesOfTheirOwn() throws {
        var graph = graph()
        for index in graph.values.indices { graph.values[index].name = "logits" }
        for index in graph.nodes.indices { graph.nodes[index].name = "node" }
        graph.sites[0].name = "node"
        let data = try ONNXExporter.file(graph, plan: [nil], interface: .plain, origin: .sample)
        let file = ONNXFile(data)
        #expect(Set(file.nodes.map(\.name)).count == file.nodes.count)
        #expect(Set(file.nodes.map(\.output)).count == file.nodes.count)
        #expect(file.nodes.last?.output == "logits")
        #expect(try ONNXImporter.graph(from: data).sites.count == 1)
    }

    // MARK: - What cannot be written or read

    @Test func importerNamesAPolynomialNetwork() throws {
        let data = try ONNXExporter.file(
            graph(), plan: [layer([1, 2, 3, 4], on: -1...2)], interface: .plain, origin: .sample)
        #expect(throws: ModelError.polynomialNetwork(plan: "least-squares degree 4")) {
            try ONNXImporter.graph(from: data)
        }
    }

    @Test func planOfAnotherNetworkIsRefused() {
        #expect(throws: ExportError.planLength(2, sites: 1)) {
            try ONNXExporter.file(graph(), plan: [nil, nil], interface: .plain, origin: .sample)
        }
        let polynomial = Polynomial(basis: .monomial, coefficients: [1, 2, 3], domain: -1...1)
        let two = Approximation(granularity: .channel, polynomials: [polynomial, polynomial])
        #expect(throws: ExportError.polynomialCount(site: "site0", polynomials: 2, channels: 3)) {
            try ONNXExporter.file(graph(), plan: [two], interface: .plain, origin: .sample)
        }
    }

    @Test func constantBeyondSinglePrecisionIsRefused() {
        #expect(throws: ExportError.unrepresentable(site: "site0", value: 1e39)) {
            try ONNXExporter.file(
                graph(), plan: [layer([0, 1, 1e39], on: -1...1)], interface: .plain, origin: .sample)
        }
    }
}
