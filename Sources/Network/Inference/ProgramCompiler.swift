internal import Approx

/// Turns a graph into a ``Program``: fuses, chooses layouts with oneDNN, adds reorders where neighbours disagree.
struct ProgramCompiler {
    let graph: NetworkGraph
    let batch: Int
    let primitives: PrimitiveCache
    let operations: [FusedOperation]
    private let lifetimes: ValueLifetimes

    private var tensors: [Tensor] = []
    /// Sizes in floats; and whether they are kept to the end.
    private var storages: [(size: Int, isKept: Bool)] = []
    private var steps: [Program.Step] = []
    private var tensorOfValue: [NetworkGraph.ValueID: Int] = [:]
    private var siteSteps: [Int: Int] = [:]

    private struct Tensor {
        var layout: BatchTensor
        var storage: Int
    }

    /// - Parameters:
    ///   - exposed: Sites whose input must be visible.
    ///   - restart: A site from which the rest is run several times: what is needed from there on is kept to the end.
    init(graph: NetworkGraph, batch: Int, primitives: PrimitiveCache, exposed: Set<Int>, restart: Int?) {
        self.graph = graph
        self.batch = batch
        self.primitives = primitives
        operations = FusedOperation.operations(of: graph, exposing: exposed)
        lifetimes = ValueLifetimes(graph: graph, operations: operations, restart: restart)
    }

    mutating func compile() throws(InferenceError) -> Program {
        let input = addTensor(BatchTensor(images: batch, shape: graph.inputShape, block: 1), for: graph.input)
        for index in operations.indices {
            try append(index)
        }
        guard let last = tensorOfValue[graph.output] else {
            throw .malformedNode(name: graph.values[graph.output].name, reason: "nothing makes the network's output")
        }
        let output = plain(last, name: graph.values[graph.output].name)
        return finish(input: input, output: output)
    }

    // MARK: - Operations

    private mutating func append(_ index: Int) throws(InferenceError) {
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
            let flat = plain(first, name: node.name)
            tensors.append(
                Tensor(
                    layout: BatchTensor(images: batch, shape: shape, block: 1), storage: tensors[flat].storage))
            tensorOfValue[operation.output] = tensors.count - 1
            keepIfNeeded(operation.output)
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
        siteSteps[site] = steps.count
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

    // MARK: - Layouts

    /// `tensor` in blocks of `block` channels: itself, or a reordered copy.
    private mutating func converted(_ tensor: Int, block: Int, name: String) -> Int {
        var layout = tensors[tensor].layout
        guard layout.block != block else { return tensor }
        layout.block = block
        let copy = addTensor(layout)
        addStep(name, .copy([.whole(layout.shape)], clears: layout.needsClearing), [tensor], copy)
        return copy
    }

    /// `tensor` with each image in channel, height, width order.
    private mutating func plain(_ tensor: Int, name: String) -> Int {
        tensors[tensor].layout.isPlain ? tensor : converted(tensor, block: 1, name: name)
    }

    // MARK: - Bookkeeping

    private mutating func addTensor(_ layout: BatchTensor, for value: NetworkGraph.ValueID? = nil) -> Int {
        storages.append((layout.count, false))
        tensors.append(Tensor(layout: layout, storage: storages.count - 1))
        if let value {
            tensorOfValue[value] = tensors.count - 1
            keepIfNeeded(value)
        }
        return tensors.count - 1
    }

    /// The tensor of an operation's output, in the buffer of `input` where that ends here.
    private mutating func addOutput(of index: Int, like layout: BatchTensor, replacing input: Int? = nil) -> Int {
        let operation = operations[index]
        let replaced = operation.reads.first { tensorOfValue[$0] == input }
        guard let input, let replaced, lifetimes.ends(replaced, at: index) else {
            return addTensor(layout, for: operation.output)
        }
        tensors.append(Tensor(layout: layout, storage: tensors[input].storage))
        tensorOfValue[operation.output] = tensors.count - 1
        keepIfNeeded(operation.output)
        return tensors.count - 1
    }

    private mutating func keepIfNeeded(_ value: NetworkGraph.ValueID) {
        guard lifetimes.isKept(value), let tensor = tensorOfValue[value] else { return }
        storages[tensors[tensor].storage].isKept = true
    }

    private mutating func addStep(_ name: String, _ work: Program.Step.Work, _ inputs: [Int], _ output: Int) {
        steps.append(Program.Step(name: name, work: work, inputs: inputs, output: output))
    }

    private func finish(input: Int, output: Int) -> Program {
        var lifetimes: [ClosedRange<Int>?] = Array(repeating: nil, count: storages.count)
        func touch(_ tensor: Int, _ step: Int) {
            let storage = tensors[tensor].storage
            let known = lifetimes[storage]
            lifetimes[storage] = (known?.lowerBound ?? step)...max(known?.upperBound ?? step, step)
        }
        touch(input, -1)
        for (index, step) in steps.enumerated() {
            for tensor in step.inputs + [step.output] { touch(tensor, index) }
        }
        touch(output, steps.count)
        let assigned = BufferAssignment.assign(
            storages.indices.map { index in
                let lifetime = lifetimes[index] ?? 0...0
                let end = storages[index].isKept ? steps.count : lifetime.upperBound
                return .init(size: storages[index].size, lifetime: lifetime.lowerBound...end)
            })
        let scratch = steps.map { step in
            switch step.work {
            case .primitive(let primitive), .activation(_, let primitive?): primitive.scratchSize
            default: 0
            }
        }
        return Program(
            batch: batch,
            slots: tensors.map { Program.Slot(tensor: $0.layout, buffer: assigned.buffers[$0.storage]) },
            steps: steps, bufferSizes: assigned.sizes, scratchSize: scratch.max() ?? 0, input: input, output: output,
            siteSteps: siteSteps)
    }
}

extension BatchTensor {
    /// Whether there are channels that only fill the last block, which a copy leaves as they are.
    fileprivate var needsClearing: Bool { paddedChannels != shape.channels }
}
