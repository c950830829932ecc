import Approx
import Encryption
import Network
import Testing

/// The circuit in clear beside the network's own inference, which shares no code with it.
@Suite struct ClearCircuitTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let graph: NetworkGraph
        let plan: [Approximation?]

        init(_ name: String, _ graph: NetworkGraph, degree: Int, linearChannels: Bool = false) {
            self.name = "\(name), degree \(degree)\(linearChannels ? " and lines" : "")"
            self.graph = graph
            plan = SamplePlan.plan(for: graph, degree: degree, linearChannels: linearChannels)
        }

        var testDescription: String { name }

        static let all = [
            Case("lenet", SampleNetwork.lenet(), degree: 2), Case("lenet", SampleNetwork.lenet(), degree: 4),
            Case("lenet", SampleNetwork.lenet(), degree: 2, linearChannels: true),
            Case("residual", SampleNetwork.residual(), degree: 2),
            Case("residual", SampleNetwork.residual(), degree: 4, linearChannels: true),
            Case("mixed", SampleNetwork.mixed(), degree: 2), Case("mixed", SampleNetwork.mixed(), degree: 4),
        ]
    }

    /// Inference is in single precision: a millionth of the values, which are below 100.
    private static let tolerance = 1e-4

    @Test(arguments: Case.all, [1, 3, 40])
    func everyLayerIsWhatTheNetworkMakes(_ sample: Case, images count: Int) throws {
        let circuit = try Circuit(sample.graph, plan: sample.plan, images: count)
        let images = SamplePlan.images(count, for: sample.graph)
        let server = ClearServer(circuit.parameters, steps: circuit.rotationSteps)
        let prepared = try PreparedCircuit(circuit, on: server, cacheBytes: count == 3 ? 0 : .max, threads: 2)
        let batch = 0..<min(count, circuit.imagesPerCiphertext)
        var made: [Int: [[Double]]] = [:]
        let input = try circuit.packed(batch.map(images.values)).map(ClearClient().encrypt)
        let output = try prepared.run(input) { value, ciphertexts in
            guard case .power(let site, 0) = value else { return }
            made[site] = ciphertexts.map(\.slots)
        }
        let sites = try LinearPieces(sample.graph, plan: sample.plan, on: ValueGrid(sample.graph)).sites
        for (site, form) in sites.enumerated() {
            let node = try #require(
                sample.graph.nodes.first { if case .activation(site) = $0.operation { true } else { false } })
            let expected = try layer(node.inputs[0], of: sample, images, batch)
            let slots = try #require(made[site])
            let placement = try #require(circuit.placements[site])
            let area = form.shape.height * form.shape.width
            for image in batch {
                let found = circuit.unpacked(slots, placement, image: image).enumerated().map { element, u in
                    u / form.channels[element / area].factor - form.channels[element / area].shift
                }
                #expect(largestDifference(found, expected[image]) < Self.tolerance, "layer \(site)")
            }
        }
        let logits = try layer(sample.graph.output, of: sample, images, batch)
        for image in batch {
            let found = circuit.logits(output.map(\.slots), image: image)
            #expect(largestDifference(found, logits[image]) < Self.tolerance)
        }
    }

    /// What the network has at a value, image by image.
    private func layer(
        _ value: NetworkGraph.ValueID, of sample: Case, _ images: ImageSet, _ range: Range<Int>
    ) throws -> [[Double]] {
        var graph = sample.graph
        graph.output = value
        let needed = graph.nodes.prefix { $0.output != value }.count + 1
        graph.nodes = Array(graph.nodes.prefix(needed))
        let runner = try NetworkRunner(graph: graph, preprocessing: .identity(channels: graph.inputShape.channels))
        let values = try runner.logits(plan: sample.plan, images, range) { _ in }.map(Double.init)
        let count = graph.values[value].shape.count
        return range.map { Array(values[$0 * count..<($0 + 1) * count]) }
    }

    /// Rescaling by primes that are 5 % off the scale, up and down by turns, is made up for in the plaintexts.
    @Test(arguments: Case.all)
    func driftsOfTheScaleAreMadeUpFor(_ sample: Case) throws {
        let circuit = try Circuit(sample.graph, plan: sample.plan, images: 2)
        let images = SamplePlan.images(2, for: sample.graph)
        let drifts = (0..<circuit.parameters.depth).map { 1 + 0.05 * Double(($0 * 2) % 3 - 1) }
        let results = try [[], drifts].map { drifts in
            let server = ClearServer(circuit.parameters, steps: circuit.rotationSteps, drifts: drifts)
            let prepared = try PreparedCircuit(circuit, on: server, cacheBytes: 0, threads: 2)
            let output = try prepared.run(try circuit.packed([images.values(of: 1)]).map(ClearClient().encrypt))
            return circuit.logits(output.map(\.slots), image: 0)
        }
        #expect(Set(drifts).count == min(3, drifts.count))
        #expect(largestDifference(results[0], results[1]) < 1e-9)
    }

    @Test func threadsAndCacheDoNotMatter() throws {
        let sample = Case.all[0]
        let circuit = try Circuit(sample.graph, plan: sample.plan, images: 2)
        let images = SamplePlan.images(2, for: sample.graph)
        let results = try [(1, Int.max), (2, 0)].map { threads, cache in
            let server = SimulatedServer(circuit.parameters, steps: circuit.rotationSteps, seed: 4)
            let client = SimulatedClient(circuit.parameters, seed: 4)
            let prepared = try PreparedCircuit(circuit, on: server, cacheBytes: cache, threads: threads)
            return try prepared.run(try circuit.packed([images.values(of: 0)]).map(client.encrypt)).map(\.slots)
        }
        #expect(results[0] == results[1])
    }

    @Test func rotationKeysAreExactlyTheOnesNeeded() throws {
        let sample = Case.all[0]
        let circuit = try Circuit(sample.graph, plan: sample.plan, images: 2)
        let input = try circuit.packed([]).map(ClearClient().encrypt)
        for step in circuit.rotationSteps {
            let server = ClearServer(circuit.parameters, steps: circuit.rotationSteps.filter { $0 != step })
            let prepared = try PreparedCircuit(circuit, on: server, cacheBytes: 0, threads: 1)
            #expect(throws: EncryptionError.missingRotation(step: step)) { try prepared.run(input) }
        }
    }

    @Test func aCircuitThatIsTooDeepForItsParametersIsRefused() throws {
        let sample = Case.all[0]
        let circuit = try Circuit(sample.graph, plan: sample.plan, images: 2)
        let wanted = circuit.parameters
        let shallow = CKKSParameters(
            logRing: wanted.logRing, depth: wanted.depth - 1, scaleBits: wanted.scaleBits, firstBits: wanted.firstBits,
            digits: wanted.digits)
        let server = ClearServer(shallow, steps: circuit.rotationSteps)
        let prepared = try PreparedCircuit(circuit, on: server, cacheBytes: 0, threads: 1)
        let input = try circuit.packed([]).map(ClearClient().encrypt)
        #expect(throws: EncryptionError.exhausted(level: shallow.depth, depth: shallow.depth)) {
            try prepared.run(input)
        }
    }
}
