internal import Network

/// What the simulation says of the first batch.
struct SimulatedNoise {
    /// In front of each layer's squarings, in the layers' order.
    let layers: [LayerNoise]
    /// Standard deviation over all slots of the results, those without logits too: what OpenFHE sees of it when it decodes.
    let results: Double
}

extension PlanCheck {
    /// The first batch with and without noise, layer by layer.
    ///
    /// - Parameter checkpoint: Called behind each matrix; throwing stops.
    func simulatedNoise(seed: UInt64, checkpoint: () throws -> Void) throws -> SimulatedNoise {
        let part = range.prefix(circuit.imagesPerCiphertext)
        let packed = try circuit.packed(inputs(part.startIndex..<part.endIndex))
        func run<Server: SlotServer<SlotVector>>(
            _ encrypt: ([Double]) -> SlotVector, server: @escaping (KeyStage) -> Server
        ) throws -> (variables: [Int: [Double]], results: [Double]) {
            var variables: [Int: [Double]] = [:]
            let stages = circuit.stages
            var run = try CircuitRun(circuit, cost.schedule, threads: threads) { server(stages[$0]) }
            let results = try run.logits(
                of: [packed.map(encrypt)], afterStage: { _ in try checkpoint() },
                observe: { value, ciphertexts in
                    guard case .power(let site, 0) = value, let placement = circuit.placements[site] else { return }
                    let slots = ciphertexts.map(\.slots)
                    variables[site] = (0..<part.count).flatMap { circuit.unpacked(slots, placement, image: $0) }
                })
            return (variables, results.joined().flatMap(\.slots))
        }
        let clear = try run(ClearClient().encrypt) { ClearServer(circuit.parameters, for: $0) }
        let noisy = try run(SimulatedClient(circuit.parameters, seed: seed, key: part.startIndex).encrypt) {
            SimulatedServer(circuit.parameters, for: $0, seed: seed)
        }
        return SimulatedNoise(
            layers: clear.variables.keys.sorted().map {
                LayerNoise(
                    layer: network.refitted.sites[$0].name, values: noisy.variables[$0] ?? [],
                    reference: clear.variables[$0] ?? [])
            },
            results: LogitsError(of: noisy.results, from: clear.results).rootMeanSquare)
    }
}
