internal import Approx

/// Turns a graph into a ``Program``: fuses, chooses layouts with oneDNN, adds reorders where neighbours disagree.
struct ProgramCompiler {
    let graph: NetworkGraph
    let batch: Int
    let primitives: PrimitiveCache
    let operations: [FusedOperation]
    let lifetimes: ValueLifetimes

    private(set) var tensors: [Tensor] = []
    /// Sizes in floats; and whether they are kept to the end.
    private var storages: [(size: Int, isKept: Bool)] = []
    private(set) var steps: [Program.Step] = []
    private(set) var tensorOfValue: [NetworkGraph.ValueID: Int] = [:]
    private(set) var siteSteps: [Int: Int] = [:]

    struct Tensor {
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

    // MARK: - Layouts

    /// `tensor` in blocks of `block` channels: itself, or a reordered copy.
    mutating func converted(_ tensor: Int, block: Int, name: String) -> Int {
        var layout = tensors[tensor].layout
        guard layout.block != block else { return tensor }
        layout.block = block
        let copy = addTensor(layout)
        addStep(name, .copy([.whole(layout.shape)], clears: layout.needsClearing), [tensor], copy)
        return copy
    }

    /// `tensor` with each image in channel, height, width order.
    mutating func plain(_ tensor: Int, name: String) -> Int {
        tensors[tensor].layout.isPlain ? tensor : converted(tensor, block: 1, name: name)
    }

    // MARK: - Bookkeeping

    mutating func addTensor(_ layout: BatchTensor, for value: NetworkGraph.ValueID? = nil) -> Int {
        storages.append((layout.count, false))
        tensors.append(Tensor(layout: layout, storage: storages.count - 1))
        if let value {
            tensorOfValue[value] = tensors.count - 1
            keepIfNeeded(value)
        }
        return tensors.count - 1
    }

    /// The tensor of an operation's output, in the buffer of `input` where that ends here.
    mutating func addOutput(of index: Int, like layout: BatchTensor, replacing input: Int? = nil) -> Int {
        let operation = operations[index]
        let replaced = operation.reads.first { tensorOfValue[$0] == input }
        guard let input, let replaced, lifetimes.ends(replaced, at: index) else {
            return addTensor(layout, for: operation.output)
        }
        return addAlias(of: input, as: layout, for: operation.output)
    }

    /// A value that stands where another tensor does.
    @discardableResult
    mutating func addAlias(of tensor: Int, as layout: BatchTensor, for value: NetworkGraph.ValueID) -> Int {
        tensors.append(Tensor(layout: layout, storage: tensors[tensor].storage))
        tensorOfValue[value] = tensors.count - 1
        keepIfNeeded(value)
        return tensors.count - 1
    }

    private mutating func keepIfNeeded(_ value: NetworkGraph.ValueID) {
        guard lifetimes.isKept(value), let tensor = tensorOfValue[value] else { return }
        storages[tensors[tensor].storage].isKept = true
    }

    mutating func addStep(_ name: String, _ work: Program.Step.Work, _ inputs: [Int], _ output: Int) {
        if case .activation(let site, _) = work { siteSteps[site] = steps.count }
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
