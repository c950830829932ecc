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
            Case("branches", SampleNetwork.branches(), degree: 2),
        ]
    }

    /// Inference is in single precision: a millionth of the values, which are below 100.
    private static let tolerance = 1e-4

    private func run<Server: SlotServer>(
        _ circuit: Circuit, staysEncoded: Bool = false, threads: Int = 1, server: @escaping (KeyStage) -> Server
    ) throws -> CircuitRun<Server> {
        let stages = circuit.stages
        let schedule = Schedule(
            keepsKeys: staysEncoded, batchesPerRound: 1, staysEncoded: stages.map { _ in staysEncoded })
        return try CircuitRun(circuit, schedule, threads: threads) { server(stages[$0]) }
    }

    @Test(arguments: Case.all, [1, 3, 40])
    func everyLayerIsWhatTheNetworkMakes(_ sample: Case, images count: Int) throws {
        let circuit = try Circuit(sample.graph, plan: sample.plan, images: count)
        let images = SamplePlan.images(count, for: sample.graph)
        var run = try run(circuit, staysEncoded: count != 3, threads: 2) { ClearServer(circuit.parameters, for: $0) }
        let batch = 0..<min(count, circuit.imagesPerCiphertext)
        var made: [Int: [[Double]]] = [:]
        let input = try circuit.packed(batch.map(images.values)).map(ClearClient().encrypt)
        let output = try run.logits(
            of: [input],
            observe: { value, ciphertexts in
                guard case .power(let site, 0) = value else { return }
                made[site] = ciphertexts.map(\.slots)
            })[0]
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
            var run = try run(circuit, threads: 2) { ClearServer(circuit.parameters, for: $0, drifts: drifts) }
            let input = try circuit.packed([images.values(of: 1)]).map(ClearClient().encrypt)
            return circuit.logits(try run.logits(of: [input])[0].map(\.slots), image: 0)
        }
        #expect(Set(drifts).count == min(3, drifts.count))
        #expect(largestDifference(results[0], results[1]) < 1e-9)
    }

    @Test func threadsAndCacheDoNotMatter() throws {
        let sample = Case.all[0]
        let circuit = try Circuit(sample.graph, plan: sample.plan, images: 2)
        let images = SamplePlan.images(2, for: sample.graph)
        let results = try [(1, true), (2, false)].map { threads, staysEncoded in
            let client = SimulatedClient(circuit.parameters, seed: 4, key: 0)
            var run = try run(circuit, staysEncoded: staysEncoded, threads: threads) {
                SimulatedServer(circuit.parameters, for: $0, seed: 4)
            }
            let input = try circuit.packed([images.values(of: 0)]).map(client.encrypt)
            return try run.logits(of: [input])[0].map(\.slots)
        }
        #expect(results[0] == results[1])
    }

    @Test func evaluationKeysAreExactlyTheOnesNeeded() throws {
        let sample = Case.all[0]
        let circuit = try Circuit(sample.graph, plan: sample.plan, images: 2)
        let input = try circuit.packed([]).map(ClearClient().encrypt)
        for (index, stage) in circuit.stages.enumerated() {
            for step in stage.rotationSteps {
                var run = try run(circuit) { other in
                    ClearServer(circuit.parameters, for: other == stage ? other.without(step: step) : other)
                }
                #expect(throws: EncryptionError.missingRotation(step: step), "stage \(index)") {
                    try run.logits(of: [input])
                }
            }
            guard stage.relinearises else { continue }
            var run = try run(circuit) { other in
                ClearServer(circuit.parameters, for: other == stage ? other.withoutRelinearisation : other)
            }
            #expect(throws: EncryptionError.missingRelinearisation, "stage \(index)") {
                try run.logits(of: [input])
            }
        }
    }

    @Test(arguments: Case.all)
    func everyStageHasTheModuliOfItsLevel(_ sample: Case) throws {
        let circuit = try Circuit(sample.graph, plan: sample.plan, images: 2)
        for (stage, matrix) in zip(circuit.stages, circuit.matrices) {
            #expect(stage.level == matrix.level)
            #expect(stage.parameters.limbs == circuit.parameters.limbs - stage.level)
        }
        #expect(circuit.stages.map(\.index) == Array(circuit.matrices.indices))
        #expect(circuit.stages.map(\.relinearises) == circuit.stages.indices.map { $0 < sample.graph.sites.count })
    }

    @Test func batchesAreTheSameTogetherAndOneByOne() throws {
        let sample = Case.all[3]
        let circuit = try Circuit(sample.graph, plan: sample.plan, images: 2)
        let images = SamplePlan.images(3, for: sample.graph)
        let batches = try (0..<3).map { try circuit.packed([images.values(of: $0)]).map(ClearClient().encrypt) }
        var together = try run(circuit) { ClearServer(circuit.parameters, for: $0) }
        var single = try run(circuit, staysEncoded: true) { ClearServer(circuit.parameters, for: $0) }
        var stages: [Int] = []
        let all = try together.logits(of: batches, afterStage: { stages.append($0) })
        #expect(stages == Array(circuit.matrices.indices))
        for (batch, logits) in zip(batches, all) {
            #expect(try single.logits(of: [batch])[0].map(\.slots) == logits.map(\.slots))
        }
    }

    @Test func aCircuitThatIsTooDeepForItsParametersIsRefused() throws {
        let sample = Case.all[0]
        let circuit = try Circuit(sample.graph, plan: sample.plan, images: 2)
        let wanted = circuit.parameters
        let shallow = CKKSParameters(
            logRing: wanted.logRing, depth: wanted.depth - 1, scaleBits: wanted.scaleBits, firstBits: wanted.firstBits,
            digits: wanted.digits)
        var run = try run(circuit) { ClearServer(shallow, for: $0) }
        let input = try circuit.packed([]).map(ClearClient().encrypt)
        #expect(throws: EncryptionError.exhausted(level: shallow.depth, depth: shallow.depth)) {
            try run.logits(of: [input])
        }
    }
}
