/// Turns a trainable network into a ``TrainingProgram``.
///
/// Every tensor is kept until its last reader on the way back; buffers are shared beyond that.
struct TrainingCompiler {
    let network: TrainableNetwork
    let images: Int
    /// Sites that the caller wants to give a gradient for.
    let gradientSites: Set<Int>
    let runsBackward: Bool

    private(set) var tensors: [Tensor] = []
    private(set) var steps: [TrainingProgram.Step] = []
    private(set) var tensorOfValue: [NetworkGraph.ValueID: Int] = [:]
    private(set) var normalisations: [TrainingProgram.Normalisation] = []
    private(set) var expansions: [TrainingProgram.Expansion] = []
    private var storages: [Storage] = []

    struct Tensor {
        var layout: BatchTensor
        /// Index into `storages`.
        var storage: Int
        /// Whether a parameter stands before it.
        var needsGradient: Bool
    }

    private struct Storage {
        var size: Int
        var lifetime: ClosedRange<Int>?
    }

    init(network: TrainableNetwork, images: Int, gradientSites: Set<Int>, runsBackward: Bool) {
        self.network = network
        self.images = images
        self.gradientSites = gradientSites
        self.runsBackward = runsBackward
    }

    mutating func compile() throws(InferenceError) -> TrainingProgram {
        let graph = network.graph
        let input = addTensor(BatchTensor(images: images, shape: graph.inputShape, block: 1), needsGradient: false)
        tensorOfValue[graph.input] = input
        for operation in FusedOperation.operations(of: graph, exposing: Set(graph.sites.indices)) {
            try append(operation)
        }
        guard let last = tensorOfValue[graph.output] else {
            throw .malformedNode(name: graph.values[graph.output].name, reason: "nothing makes the network's output")
        }
        let output = plain(last, name: graph.values[graph.output].name)
        return finish(input: input, output: output)
    }

    // MARK: - Tensors

    /// `tensor` in blocks of `block` channels: itself, or a reordered copy.
    mutating func converted(_ tensor: Int, block: Int, name: String) -> Int {
        var layout = tensors[tensor].layout
        guard layout.block != block else { return tensor }
        layout.block = block
        let copy = addTensor(layout, needsGradient: tensors[tensor].needsGradient)
        addStep(name, .copy([.whole(layout.shape)], clears: layout.needsClearing), [tensor], copy)
        return copy
    }

    /// `tensor` with each image in channel, height, width order.
    mutating func plain(_ tensor: Int, name: String) -> Int {
        tensors[tensor].layout.isPlain ? tensor : converted(tensor, block: 1, name: name)
    }

    mutating func addTensor(_ layout: BatchTensor, needsGradient: Bool) -> Int {
        storages.append(Storage(size: layout.count))
        tensors.append(Tensor(layout: layout, storage: storages.count - 1, needsGradient: needsGradient))
        return tensors.count - 1
    }

    /// A tensor that stands where another one does.
    mutating func addAlias(of tensor: Int, as layout: BatchTensor) -> Int {
        tensors.append(
            Tensor(layout: layout, storage: tensors[tensor].storage, needsGradient: tensors[tensor].needsGradient))
        return tensors.count - 1
    }

    mutating func addStep(_ name: String, _ work: TrainingProgram.Step.Work, _ inputs: [Int], _ output: Int) {
        steps.append(TrainingProgram.Step(name: name, work: work, inputs: inputs, output: output))
    }

    mutating func addNormalisation(_ normalisation: TrainingProgram.Normalisation) -> Int {
        normalisations.append(normalisation)
        return normalisations.count - 1
    }

    mutating func addExpansion(_ expansion: TrainingProgram.Expansion) -> Int {
        expansions.append(expansion)
        return expansions.count - 1
    }

    mutating func set(_ tensor: Int, for value: NetworkGraph.ValueID) {
        tensorOfValue[value] = tensor
    }

    // MARK: - Memory

    private mutating func touch(_ storage: Int, _ tick: Int) {
        let known = storages[storage].lifetime
        storages[storage].lifetime = min(known?.lowerBound ?? tick, tick)...max(known?.upperBound ?? tick, tick)
    }

    /// Step i runs at tick i, the loss at tick n, and step i runs back at tick 2 n - i.
    private mutating func finish(input: Int, output: Int) -> TrainingProgram {
        let count = steps.count
        let siteTensors = siteInputs
        touch(tensors[input].storage, -1)
        for (index, step) in steps.enumerated() {
            for tensor in step.inputs + [step.output] { touch(tensors[tensor].storage, index) }
        }
        for tensor in siteTensors + [input, output] { touch(tensors[tensor].storage, count) }
        var gradients: [TrainingProgram.Slot] = []
        var siteGradients: [Int?] = Array(repeating: nil, count: siteTensors.count)
        // Until they are placed, slots of gradients hold their storage instead of an offset.
        if runsBackward {
            let plan = BackwardPlan(steps, tensors: tensors, output: output)
            let firstStorage = storages.count
            storages += plan.buffers.map { Storage(size: $0) }
            steps = plan.steps
            gradients = plan.gradients.map { .init(tensor: $0.layout, offset: firstStorage + $0.buffer) }
            touch(gradients[0].offset, count)
            for (index, step) in steps.enumerated() {
                guard let own = step.gradient else { continue }
                let tick = 2 * count - index
                if step.work.readsInputBackward { touch(tensors[step.inputs[0]].storage, tick) }
                touch(gradients[own].offset, tick)
                for case .some(let target) in step.targets { touch(gradients[target.slot].offset, tick) }
                guard case .activation(let site) = step.work, gradientSites.contains(site) else { continue }
                let layout = tensors[step.inputs[0]].layout
                storages.append(Storage(size: layout.count, lifetime: count...tick))
                gradients.append(.init(tensor: layout, offset: storages.count - 1))
                siteGradients[site] = gradients.count - 1
            }
        }
        let places = place()
        let values = tensors.map { TrainingProgram.Slot(tensor: $0.layout, offset: places.offsets[$0.storage]) }
        let slots = values + gradients.map { .init(tensor: $0.tensor, offset: places.offsets[$0.offset]) }
        for index in steps.indices {
            steps[index].gradient = steps[index].gradient.map { $0 + values.count }
            for position in steps[index].targets.indices { steps[index].targets[position]?.slot += values.count }
        }
        return TrainingProgram(
            images: images, slots: slots, steps: steps, memory: places.total,
            scratchSize: steps.map(\.work.scratchSize).max() ?? 0, input: input, output: output,
            outputGradient: runsBackward ? values.count : nil, sites: siteTensors,
            siteGradients: siteGradients.map { $0.map { $0 + values.count } }, normalisations: normalisations,
            expansions: expansions)
    }

    /// By site.
    private var siteInputs: [Int] {
        var inputs = Array(repeating: 0, count: network.graph.sites.count)
        for step in steps {
            switch step.work {
            case .activation(let site): inputs[site] = step.inputs[0]
            case .expansion(let index): inputs[expansions[index].site] = step.inputs[0]
            default: break
            }
        }
        return inputs
    }

    /// Where each storage begins; on cache lines' boundaries.
    private func place() -> (offsets: [Int], total: Int) {
        let assigned = BufferAssignment.assign(
            storages.map { .init(size: ($0.size + 15) / 16 * 16, lifetime: $0.lifetime ?? 0...0) })
        var total = 0
        let starts = assigned.sizes.map { size in
            defer { total += size }
            return total
        }
        return (assigned.buffers.map { starts[$0] }, total)
    }
}

extension TrainingProgram.Step.Work {
    /// Whether the way back reads the first input.
    fileprivate var readsInputBackward: Bool {
        switch self {
        case .layer, .activation, .affine, .normalisation, .expansion: true
        case .pool(_, let pool): pool.kind == .maximum
        case .add, .globalAverage, .copy, .alias: false
        }
    }

    fileprivate var scratchSize: Int {
        switch self {
        case .layer(let layer, _, _): layer.scratchSize
        case .pool(let primitive, _): primitive.scratchSize
        default: 0
        }
    }
}
