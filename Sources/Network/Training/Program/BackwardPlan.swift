/// Where the gradients of a program's tensors go on the way back.
struct BackwardPlan {
    /// The gradient of one tensor. Several share a buffer one after the other: it belongs to one at a time.
    struct Gradient {
        var layout: BatchTensor
        /// Counted from 0.
        var buffer: Int
    }

    /// The steps, with slots of gradients counted from 0.
    private(set) var steps: [TrainingProgram.Step]
    private(set) var gradients: [Gradient] = []
    /// Floats in each buffer.
    private(set) var buffers: [Int] = []
    private let tensors: [TrainingCompiler.Tensor]

    /// - Parameter output: The tensor whose gradient the loss gives: gradient 0.
    init(_ steps: [TrainingProgram.Step], tensors: [TrainingCompiler.Tensor], output: Int) {
        self.steps = steps
        self.tensors = tensors
        // By tensor: index into `gradients`.
        var known = [output: add(tensors[output].layout)]
        for index in steps.indices.reversed() {
            let step = steps[index]
            self.steps[index].targets = Array(repeating: nil, count: step.inputs.count)
            guard let own = known[step.output] else { continue }
            self.steps[index].gradient = own
            for (position, input) in step.inputs.enumerated() where tensors[input].needsGradient {
                if let slot = known[input] {
                    self.steps[index].targets[position] = .init(slot: slot, mode: .add)
                    continue
                }
                let handsOver = step.work.handsOver(toInput: position)
                let slot = add(tensors[input].layout, in: handsOver ? gradients[own].buffer : nil)
                known[input] = slot
                self.steps[index].targets[position] = .init(slot: slot, mode: handsOver ? .handOver : .write)
            }
        }
    }

    /// - Parameter buffer: One that is there; nil for a new one.
    private mutating func add(_ layout: BatchTensor, in buffer: Int? = nil) -> Int {
        if buffer == nil { buffers.append(layout.count) }
        gradients.append(Gradient(layout: layout, buffer: buffer ?? buffers.count - 1))
        return gradients.count - 1
    }
}

extension TrainingProgram.Step.Work {
    /// Whether the gradient of an input can take the place of the output's, which nobody reads any more: a layer has
    /// used it before its addend gets it, and the second operand of a sum gets a copy.
    fileprivate func handsOver(toInput position: Int) -> Bool {
        switch self {
        case .layer: position == 1
        case .add, .activation, .affine, .normalisation, .expansion, .alias: position == 0
        case .pool, .globalAverage, .copy: false
        }
    }
}
