extension PlanCheck {
    /// The first batch with and without noise, layer by layer.
    func layerNoise(seed: UInt64) throws -> [LayerNoise] {
        let part = range.prefix(circuit.imagesPerCiphertext)
        let packed = try circuit.packed(inputs(part.startIndex..<part.endIndex))
        func variables(
            _ server: some SlotServer<SlotVector>, _ encrypt: ([Double]) -> SlotVector
        ) throws -> [Int: [Double]] {
            var variables: [Int: [Double]] = [:]
            let prepared = try PreparedCircuit(circuit, on: server, cacheBytes: 0, threads: threads)
            _ = try prepared.run(packed.map(encrypt)) { value, ciphertexts in
                guard case .power(let site, 0) = value, let placement = circuit.placements[site] else { return }
                let slots = ciphertexts.map(\.slots)
                variables[site] = (0..<part.count).flatMap { circuit.unpacked(slots, placement, image: $0) }
            }
            return variables
        }
        let steps = circuit.rotationSteps
        let clear = try variables(ClearServer(circuit.parameters, steps: steps), ClearClient().encrypt)
        let noisy = try variables(
            SimulatedServer(circuit.parameters, steps: steps, seed: seed),
            SimulatedClient(circuit.parameters, seed: seed).encrypt)
        return clear.keys.sorted().map {
            LayerNoise(site: $0, values: noisy[$0] ?? [], reference: clear[$0] ?? [])
        }
    }
}
