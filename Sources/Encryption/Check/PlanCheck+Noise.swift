internal import Network

extension PlanCheck {
    /// The first batch with and without noise, layer by layer.
    ///
    /// - Parameter checkpoint: Called behind each matrix; throwing stops.
    func layerNoise(seed: UInt64, checkpoint: () throws -> Void) throws -> [LayerNoise] {
        let part = range.prefix(circuit.imagesPerCiphertext)
        let packed = try circuit.packed(inputs(part.startIndex..<part.endIndex))
        func variables<Server: SlotServer<SlotVector>>(
            _ encrypt: ([Double]) -> SlotVector, server: @escaping (KeyStage) -> Server
        ) throws -> [Int: [Double]] {
            var variables: [Int: [Double]] = [:]
            let stages = circuit.stages
            var run = try CircuitRun(circuit, cost.schedule, threads: threads) { server(stages[$0]) }
            _ = try run.logits(
                of: [packed.map(encrypt)], afterStage: { _ in try checkpoint() },
                observe: { value, ciphertexts in
                    guard case .power(let site, 0) = value, let placement = circuit.placements[site] else { return }
                    let slots = ciphertexts.map(\.slots)
                    variables[site] = (0..<part.count).flatMap { circuit.unpacked(slots, placement, image: $0) }
                })
            return variables
        }
        let clear = try variables(ClearClient().encrypt) { ClearServer(circuit.parameters, for: $0) }
        let noisy = try variables(SimulatedClient(circuit.parameters, seed: seed).encrypt) {
            SimulatedServer(circuit.parameters, for: $0, seed: seed)
        }
        return clear.keys.sorted().map {
            LayerNoise(layer: network.refitted.sites[$0].name, values: noisy[$0] ?? [], reference: clear[$0] ?? [])
        }
    }
}
