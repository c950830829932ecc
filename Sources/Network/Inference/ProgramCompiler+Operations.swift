internal import Approx

extension ProgramCompiler {
    /// Adds the steps of one operation.
    mutating func append(_ index: Int) throws(InferenceError) {
        let operation = operations[index]
        let node = graph.nodes[operation.node]
        let shape = graph.values[operation.output].shape
        var inputs: [Int] = []
        for value in operation.inputs {
            guard let tensor = tensorOfValue[value] else {
                throw .malformedNode(name: node.name, reason: "it reads \(graph.values[value].name) before it is made")
            }
            inputs.append(tensor)
        }
        guard let first = inputs.first else { throw .malformedNode(name: node.name, reason: "it reads nothing") }
        switch node.operation {
        case .convolution(let convolution):
            let input = graph.values[node.inputs[0]].shape
            let made = graph.values[node.output].shape
            let epilogue = epilogue(of: operation)
            let primitive = try primitives.primitive(node: operation.node, epilogue: epilogue) {
                () throws(InferenceError) in
                try Primitive(
                    node.name, convolution: convolution, images: batch, input: input, output: made, epilogue: epilogue)
            }
            try appendWeighted(index, primitive, converted(first, block: primitive.inputBlock, name: node.name))
        case .linear(let linear):
            let epilogue = epilogue(of: operation)
            let primitive = try primitives.primitive(node: operation.node, epilogue: epilogue) {
                () throws(InferenceError) in
                try Primitive(node.name, linear: linear, images: batch, epilogue: epilogue)
            }
            try appendWeighted(index, primitive, plain(first, name: node.name))
        case .add:
            guard inputs.count == 2 else { throw .malformedNode(name: node.name, reason: "a sum reads two values") }
            let other = converted(inputs[1], block: tensors[first].layout.block, name: node.name)
            let output = addOutput(of: index, like: tensors[first].layout, replacing: first)
            addStep(node.name, .add, [first, other], output)
        case .activation(let site):
            try appendActivation(index, site: site, input: first)
        case .pool(let pool):
            let layout = tensors[first].layout
            let primitive = try primitives.primitive(node: operation.node, epilogue: .init(), input: layout) {
                () throws(InferenceError) in
                try Primitive(node.name, pool: pool, input: layout, output: shape)
            }
            addStep(node.name, .primitive(primitive), [first], addOutput(of: index, like: layout.layout(for: shape)))
        case .globalAveragePool:
            let layout = BatchTensor(images: batch, shape: shape, block: 1)
            addStep(node.name, .globalAverage, [first], addOutput(of: index, like: layout))
        case .affine(let scale, let shift):
            let layout = tensors[first].layout
            let zeros = Array(repeating: Float(0), count: layout.paddedChannels - scale.count)
            let output = addOutput(of: index, like: layout, replacing: first)
            addStep(node.name, .affine(scale: scale + zeros, shift: shift + zeros), [first], output)
        case .slice(let slice):
            appendCopy(index, [first], boxes: [Program.Box(slice)])
        case .pad(let pad):
            appendCopy(index, [first], boxes: [Program.Box(pad, of: tensors[first].layout.shape)])
        case .concatenate:
            appendCopy(index, inputs, boxes: Program.Box.stacking(inputs.map { tensors[$0].layout.shape }))
        case .flatten:
            let flat = BatchTensor(images: batch, shape: shape, block: 1)
            addAlias(of: plain(first, name: node.name), as: flat, for: operation.output)
        }
    }

    private func epilogue(of operation: FusedOperation) -> Primitive.Epilogue {
        Primitive.Epilogue(
            accumulates: operation.addend != nil, function: operation.site.map { graph.sites[$0].function })
    }

    /// A convolution or a linear layer; the sum happens in the buffer of the other operand where that is not needed
    /// any more, else in a copy of it.
    private mutating func appendWeighted(
        _ index: Int, _ primitive: Primitive, _ input: Int
    ) throws(InferenceError) {
        let operation = operations[index]
        let name = graph.nodes[operation.node].name
        let layout = BatchTensor(
            images: batch, shape: graph.values[operation.output].shape, block: primitive.outputBlock)
        guard let addend = operation.addend else {
            addStep(name, .primitive(primitive), [input], addOutput(of: index, like: layout))
            return
        }
        guard let other = tensorOfValue[addend] else {
            throw .malformedNode(name: name, reason: "it adds \(graph.values[addend].name) before that is made")
        }
        let ends = lifetimes.ends(addend, at: index) && tensors[other].storage != tensors[input].storage
        let isReused = ends && tensors[other].layout == layout
        let output = addOutput(of: index, like: layout, replacing: isReused ? other : nil)
        if tensors[output].storage != tensors[other].storage {
            addStep(name, .copy([.whole(layout.shape)], clears: layout.needsClearing), [other], output)
        }
        addStep(name, .primitive(primitive), [input], output)
    }

    private mutating func appendActivation(_ index: Int, site: Int, input: Int) throws(InferenceError) {
        let node = operations[index].node
        let name = graph.nodes[node].name
        let function = graph.sites[site].function
        let layout = tensors[input].layout
        var primitive: Primitive?
        if Primitive.Epilogue.supports(function) {
            primitive = try primitives.primitive(node: node, epilogue: .init(function: function), input: layout) {
                () throws(InferenceError) in
                try Primitive(name, function: function, tensor: layout)
            }
        }
        let output = addOutput(of: index, like: layout, replacing: input)
        addStep(name, .activation(site: site, primitive), [input], output)
    }

    private mutating func appendCopy(_ index: Int, _ inputs: [Int], boxes: [Program.Box]) {
        let shape = graph.values[operations[index].output].shape
        let layout = tensors[inputs[0]].layout.layout(for: shape)
        let covered = boxes.reduce(0) { $0 + $1.channel.count * $1.height.count * $1.width.count }
        let clears = layout.needsClearing || covered < shape.count
        addStep(
            graph.nodes[operations[index].node].name, .copy(boxes, clears: clears), inputs,
            addOutput(of: index, like: layout))
    }
}

extension BatchTensor {
    /// Whether there are channels that only fill the last block, which a copy leaves as they are.
    var needsClearing: Bool { paddedChannels != shape.channels }
}
