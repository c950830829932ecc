extension TrainingCompiler {
    /// Adds the steps of one operation.
    mutating func append(_ operation: FusedOperation) throws(InferenceError) {
        let graph = network.graph
        let node = graph.nodes[operation.node]
        var inputs: [Int] = []
        for value in operation.inputs { inputs.append(try tensor(of: value, for: node.name)) }
        guard let first = inputs.first else { throw .malformedNode(name: node.name, reason: "it reads nothing") }
        let layout = tensors[first].layout
        let shape = graph.values[operation.output].shape
        let needsGradient = inputs.contains { tensors[$0].needsGradient }
        switch node.operation {
        case .convolution(let convolution):
            let layer = try TrainingLayer(
                node.name, convolution: convolution, images: images, input: graph.values[node.inputs[0]].shape,
                output: graph.values[node.output].shape, inputGradient: needsGradient && runsBackward)
            let input = converted(first, block: layer.inputBlock, name: node.name)
            try appendLayer(layer, input, operation)
            return
        case .linear(let linear):
            let layer = try TrainingLayer(
                node.name, linear: linear, images: images, inputGradient: needsGradient && runsBackward)
            try appendLayer(layer, plain(first, name: node.name), operation)
            return
        case .add:
            guard inputs.count == 2 else { throw .malformedNode(name: node.name, reason: "a sum reads two values") }
            let other = converted(inputs[1], block: layout.block, name: node.name)
            let output = addTensor(layout, needsGradient: needsGradient)
            addStep(node.name, .add, [first, other], output)
        case .activation(let site):
            let trains = network.activations[site] != nil
            var work = TrainingProgram.Step.Work.activation(site: site)
            let expansion = network.expansions[site].map { addExpansion($0, of: site) }
            if let expansion { work = .expansion(index: expansion) }
            let output = addTensor(layout, needsGradient: needsGradient || trains || expansion != nil)
            addStep(node.name, work, [first], output)
        case .pool(let pool):
            let primitive = try Primitive(node.name, pool: pool, input: layout, output: shape)
            let output = addTensor(layout.layout(for: shape), needsGradient: needsGradient)
            addStep(node.name, .pool(primitive, pool), [first], output)
        case .globalAveragePool:
            let output = addTensor(
                BatchTensor(images: images, shape: shape, block: 1), needsGradient: needsGradient)
            addStep(node.name, .globalAverage, [first], output)
        case .affine:
            let work = TrainingProgram.Step.Work.affine(
                scale: network.range(of: .scale(node: operation.node)),
                shift: network.range(of: .shift(node: operation.node)))
            addStep(node.name, work, [first], addTensor(layout, needsGradient: true))
        case .slice(let slice):
            appendCopy(node.name, [first], boxes: [Program.Box(slice)], shape)
        case .pad(let pad):
            appendCopy(node.name, [first], boxes: [Program.Box(pad, of: layout.shape)], shape)
        case .concatenate:
            appendCopy(node.name, inputs, boxes: Program.Box.stacking(inputs.map { tensors[$0].layout.shape }), shape)
        case .flatten:
            let source = plain(first, name: node.name)
            let output = addAlias(of: source, as: BatchTensor(images: images, shape: shape, block: 1))
            addStep(node.name, .alias, [source], output)
        }
        set(tensors.count - 1, for: operation.output)
    }

    private mutating func addExpansion(_ function: NormalisedExpansion, of site: Int) -> Int {
        addExpansion(
            .init(
                site: site, function: function, channels: network.graph.sites[site].shape.channels,
                scale: network.range(of: .expansionScale(site: site)),
                shift: network.range(of: .expansionShift(site: site)),
                mean: network.range(of: .expansionMean(site: site)),
                variance: network.range(of: .expansionVariance(site: site))))
    }

    private func tensor(of value: NetworkGraph.ValueID, for name: String) throws(InferenceError) -> Int {
        guard let tensor = tensorOfValue[value] else {
            let read = network.graph.values[value].name
            throw .malformedNode(name: name, reason: "it reads \(read) before it is made")
        }
        return tensor
    }

    /// A convolution or a linear layer, with the sum that was fused into it: as the layer does it, or behind a
    /// normalisation.
    private mutating func appendLayer(
        _ layer: TrainingLayer, _ input: Int, _ operation: FusedOperation
    ) throws(InferenceError) {
        let node = operation.node
        let made = network.graph.nodes[node].output
        let layout = BatchTensor(
            images: images, shape: network.graph.values[made].shape, block: layer.outputBlock)
        var addend: Int?
        if let value = operation.addend {
            addend = converted(try tensor(of: value, for: layer.name), block: layer.outputBlock, name: layer.name)
        }
        let work = TrainingProgram.Step.Work.layer(
            layer, weights: network.range(of: .weights(node: node)), bias: network.range(of: .bias(node: node)))
        var output = addTensor(layout, needsGradient: true)
        guard network.normalised.contains(node) else {
            addStep(layer.name, work, [input] + (addend.map { [$0] } ?? []), output)
            set(output, for: operation.output)
            return
        }
        addStep(layer.name, work, [input], output)
        let index = addNormalisation(
            .init(
                node: node, channels: layout.shape.channels, scale: network.range(of: .scale(node: node)),
                shift: network.range(of: .shift(node: node)), mean: network.range(of: .runningMean(node: node)),
                variance: network.range(of: .runningVariance(node: node))))
        let normalised = addTensor(layout, needsGradient: true)
        addStep(layer.name, .normalisation(index: index), [output], normalised)
        output = normalised
        if let addend {
            let sum = addTensor(layout, needsGradient: true)
            addStep(layer.name, .add, [output, addend], sum)
            output = sum
        }
        set(output, for: operation.output)
    }

    private mutating func appendCopy(_ name: String, _ inputs: [Int], boxes: [Program.Box], _ shape: TensorShape) {
        let layout = tensors[inputs[0]].layout.layout(for: shape)
        let covered = boxes.reduce(0) { $0 + $1.channel.count * $1.height.count * $1.width.count }
        let output = addTensor(layout, needsGradient: inputs.contains { tensors[$0].needsGradient })
        addStep(name, .copy(boxes, clears: layout.needsClearing || covered < shape.count), inputs, output)
    }
}
