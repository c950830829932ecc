internal import Network

/// What the simulation says of the first batches, each under a key of its own.
struct SimulatedNoise {
    /// In front of each layer's squarings, in the layers' order.
    let layers: [LayerNoise]
    /// Standard deviation over all slots of the results, those without logits too: what OpenFHE sees of it when it decodes.
    let results: Double
}

extension PlanCheck {
    /// Keys differ by a fifth in what they add to results; more of them would take long.
    private static let noiseBatches = 4

    /// The first batches with and without noise, layer by layer.
    ///
    /// - Parameter checkpoint: Called behind each matrix; throwing stops.
    func simulatedNoise(seed: UInt64, checkpoint: () throws -> Void) throws -> SimulatedNoise {
        let batches = batches(after: 0).prefix(Self.noiseBatches)
        func run<Client: SlotClient, Server: SlotServer>(
            _ client: (Int) -> Client, server: @escaping (KeyStage) -> Server
        ) throws -> (variables: [Int: [Double]], results: [Double])
        where Client.Ciphertext == SlotVector, Server.Ciphertext == SlotVector {
            var variables: [Int: [Double]] = [:]
            var results: [Double] = []
            let stages = circuit.stages
            var run = try CircuitRun(circuit, cost.schedule, threads: cost.threads) { server(stages[$0]) }
            for batch in batches {
                let client = client(batch.lowerBound)
                let packed = try circuit.packed(inputs(batch)).map { try client.encrypt($0) }
                let logits = try run.logits(
                    of: [packed], afterStage: { _ in try checkpoint() },
                    observe: { value, ciphertexts in
                        guard case .power(let site, 0) = value, let placement = circuit.placements[site] else { return }
                        let slots = ciphertexts.map(\.slots)
                        for image in 0..<batch.count {
                            variables[site, default: []] += circuit.unpacked(slots, placement, image: image)
                        }
                    })
                results += logits.joined().flatMap(\.slots)
            }
            return (variables, results)
        }
        let clear = try run({ _ in ClearClient() }) { ClearServer(circuit.parameters, for: $0) }
        let noisy = try run({ SimulatedClient(circuit.parameters, seed: seed, key: $0) }) {
            SimulatedServer(circuit.parameters, for: $0, seed: seed)
        }
        return SimulatedNoise(
            layers: clear.variables.keys.sorted().map {
                LayerNoise(
                    layer: network.refitted.sites[$0].name, values: noisy.variables[$0] ?? [],
                    reference: clear.variables[$0] ?? [])
            },
            results: zip(noisy.results, clear.results).map(-).rootMeanSquare)
    }
}
