internal import Approx

/// How the linear pieces of a network are refitted, one by one.
extension GuidedReconstruction {
    /// Refits a linear piece: with the polynomials behind it, where there are any, always the best for its weights; the
    /// logits towards the original's probabilities.
    func refit(_ stage: RefitStage) throws -> GuidedState.Piece {
        let (sample, original) = try sample(of: stage)
        let (weights, outcome) = try refit(stage, on: sample, original: original)
        return GuidedState.Piece(node: stage.node, weights: GuidedState.Piece.bytes(of: weights), stage: outcome)
    }

    private func refit(_ stage: RefitStage, on sample: LayerSample, original: [Float]) throws -> ([Float], Stage) {
        let node = graph.nodes[stage.node].name, rows = sample.inputs.rows
        if stage.isHead {
            let result = try HeadReconstruction(
                sample, settings: settings.layers, threads: runner.threads, stop: runner.stop
            ).solve(original: original)
            let outcome = Stage(
                node: node, rows: rows, reciprocalCondition: result.reciprocalCondition, linearError: result.logitError,
                initialDivergence: result.initialDivergence, divergence: result.divergence, steps: result.steps)
            return (result.weights, outcome)
        }
        guard let site = stage.site else {
            let result = try LinearReconstruction(
                sample, ridge: settings.layers.ridge, threads: runner.threads, stop: runner.stop
            ).solve(original: original)
            let outcome = Stage(
                node: node, rows: rows, reciprocalCondition: result.reciprocalCondition,
                linearError: result.heldOutError)
            return (result.weights, outcome)
        }
        let result = try LayerReconstruction(
            sample, function: graph.sites[site].function, degree: settings.degrees[site], settings: settings.layers,
            threads: runner.threads, stop: runner.stop
        ).solve(original: original)
        let outcome = Stage(
            node: node, site: site, rows: rows, reciprocalCondition: result.reciprocalCondition,
            linearError: result.preActivationError, initialError: result.initialError, error: result.error,
            steps: result.steps)
        return (result.weights, outcome)
    }

    /// Positions of a linear piece, and its original weights.
    private func sample(of stage: RefitStage) throws -> (sample: LayerSample, weights: [Float]) {
        let node = graph.nodes[stage.node]
        let shape = graph.values[node.output].shape
        let weights = node.operation.refitWeights
        guard let input = polynomial[node.inputs[0]], let output = original[node.output] else {
            throw InferenceError.malformedNode(name: node.name, reason: "it reads a value that no node made")
        }
        let sampler = try RowSampler(
            output, images: alive, rows: rows(features: weights.count / shape.channels, channels: shape.channels),
            seed: settings.seed, node: stage.node, runner: runner)
        let targets = RowMatrix(rows: sampler.rows, columns: shape.channels)
        try sampler.add(output, times: 1, to: targets)
        var addend: RowMatrix?
        if let addition = stage.addition {
            let others = RowMatrix(rows: sampler.rows, columns: shape.channels)
            for value in graph.nodes[addition].inputs where value != node.output {
                guard let wanted = original[value], let found = polynomial[value] else { continue }
                try sampler.add(wanted, times: 1, to: targets)
                try sampler.add(found, times: -1, to: targets)
                try sampler.add(found, times: 1, to: others)
            }
            addend = others
        }
        let inputs = try sampler.inputs(of: node.operation, reading: input, output: shape)
        return (LayerSample(inputs: inputs, targets: targets, addend: addend, weights: sampler.weights), weights)
    }

    /// At least 16 for each feature, but no more than about 1 GiB of them where that leaves 4.
    private func rows(features: Int, channels: Int) -> Int {
        let bytes = MemoryLayout<Float>.stride * (features + 8 * channels)
        return max(4 * features, min(max(settings.rows, 16 * features), (1 << 30) / bytes))
    }
}
