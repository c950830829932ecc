extension TrainingProgram {
    /// Brings the flat vector's values into the layers and tables; nobody must be running them.
    func load(_ values: [Float], into tables: [ActivationTable], blends: [Float]) throws(InferenceError) {
        for (table, blend) in zip(tables, blends) { table.load(values, blend: blend) }
        let stream = try Primitive.Stream()
        try values.withUnsafeBufferPointer { values throws(InferenceError) in
            guard let start = values.baseAddress else { return }
            for step in steps {
                guard case .layer(let layer, let weights, let bias) = step.work else { continue }
                try layer.load(weights: start + weights.lowerBound, bias: start + bias.lowerBound, on: stream)
            }
        }
    }

    /// Doubles that a session needs for sums over one site, one normalisation or one expansion.
    func sumCount(_ tables: [ActivationTable]) -> Int {
        let widest = slots.reduce(0) { max($0, $1.tensor.paddedChannels) }
        return tables.reduce(3 * widest) { max($0, $1.powerCount) }
    }
}

extension ActivationTable {
    /// One for each site of the network, in the layouts that `program` has there.
    static func tables(
        of network: TrainableNetwork, in program: TrainingProgram
    ) throws(InferenceError) -> [ActivationTable] {
        var tables: [ActivationTable] = []
        for (site, activation) in network.activations.enumerated() {
            tables.append(
                try ActivationTable(
                    activation, function: network.graph.sites[site].function,
                    tensor: program.slots[program.sites[site]].tensor,
                    parameters: network.range(of: .coefficients(site: site))))
        }
        return tables
    }
}
