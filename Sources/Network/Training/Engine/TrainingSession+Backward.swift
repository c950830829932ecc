internal import CDNNL

extension TrainingSession {
    /// Runs all steps back from the gradient that stands at the output, after ``forward(_:tables:values:gradient:)``.
    ///
    /// - Parameters:
    ///   - images: How many of the micro-batch are real.
    ///   - gradient: Receives the gradient of every parameter, in the order of the flat vector.
    func backward(
        _ program: TrainingProgram, tables: [ActivationTable], images: Int, values: UnsafePointer<Float>,
        gradient: UnsafeMutablePointer<Float>
    ) throws(InferenceError) {
        for step in program.steps.reversed() {
            guard let own = step.gradient else { continue }
            let dy = self.values(own, of: program)
            switch step.work {
            case .layer(let layer, let weights, let bias):
                try layer.gradient(
                    on: stream, self.values(step.inputs[0], of: program), dy, weights: gradient + weights.lowerBound,
                    bias: gradient + bias.lowerBound, scratch: scratch?.bytes)
                if let target = step.targets[0] {
                    try layer.backward(
                        on: stream, dy, self.values(target.slot, of: program), accumulates: target.mode == .add,
                        scratch: scratch?.bytes)
                }
                if step.targets.count > 1 { pass(dy, to: step.targets[1], program) }
            case .add:
                // The second operand first: the gradient may be the first one's from then on.
                pass(dy, to: step.targets[1], program)
                pass(dy, to: step.targets[0], program)
            case .alias:
                pass(dy, to: step.targets[0], program)
            case .activation(let site):
                try activationWatch?(
                    WatchedActivation(
                        site: site, images: images, tensor: program.slots[step.output].tensor,
                        input: self.values(step.inputs[0], of: program),
                        output: self.values(step.output, of: program), gradient: dy))
                activation(step, site, dy, program, tables[site], gradient: gradient)
            case .affine(let scale, let shift):
                affine(step, scale: scale, shift: shift, dy, program, values: values, gradient: gradient)
            case .normalisation(let index):
                guard let target = step.targets[0] else { continue }
                normalisations[index].backward(
                    program.normalisations[index], program.slots[step.output].tensor,
                    self.values(step.inputs[0], of: program), dy, self.values(target.slot, of: program),
                    accumulates: target.mode == .add, values: values, sums: doubles, gradient: gradient)
            case .expansion(let index):
                let target = step.targets[0].map { (self.values($0.slot, of: program), $0.mode == .add) }
                expansions[index].backward(
                    program.expansions[index], program.slots[step.output].tensor,
                    self.values(step.inputs[0], of: program), dy, to: target, values: values, sums: doubles,
                    gradient: gradient)
            case .pool, .globalAverage, .copy:
                unevenly(step, dy, program)
            }
        }
    }

    /// The gradient as it is.
    private func pass(
        _ dy: UnsafeMutablePointer<Float>, to target: TrainingProgram.Step.Target?, _ program: TrainingProgram
    ) {
        guard let target else { return }
        let dx = values(target.slot, of: program), count = program.slots[target.slot].tensor.count
        switch target.mode {
        case .handOver: break
        case .write: dx.update(from: dy, count: count)
        case .add: cdnnl_add(dx, dy, dx, count)
        }
    }

    private func activation(
        _ step: TrainingProgram.Step, _ site: Int, _ dy: UnsafeMutablePointer<Float>, _ program: TrainingProgram,
        _ table: ActivationTable, gradient: UnsafeMutablePointer<Float>
    ) {
        var described = program.slots[step.output].tensor.described
        var activation = table.described
        doubles.update(repeating: 0, count: table.powerCount)
        let given = givenGradients[site] ? program.siteGradients[site].map { values($0, of: program) } : nil
        // Where nothing before the site is trained, the result is of no use, and goes where dy stands.
        let target = step.targets[0]
        cdnnl_activation_backward(
            &described, values(step.inputs[0], of: program), dy, given,
            target.map { values($0.slot, of: program) } ?? dy,
            target?.mode == .add ? 1 : 0, &activation, doubles)
        if let range = table.parameters { table.gradient(of: doubles, into: gradient + range.lowerBound) }
    }

    private func affine(
        _ step: TrainingProgram.Step, scale: Range<Int>, shift: Range<Int>, _ dy: UnsafeMutablePointer<Float>,
        _ program: TrainingProgram, values: UnsafePointer<Float>, gradient: UnsafeMutablePointer<Float>
    ) {
        let tensor = program.slots[step.output].tensor
        var described = tensor.described
        let products = doubles + tensor.paddedChannels
        cdnnl_channel_sums(&described, dy, self.values(step.inputs[0], of: program), doubles, products)
        for channel in 0..<scale.count {
            gradient[scale.lowerBound + channel] = Float(products[channel])
            gradient[shift.lowerBound + channel] = Float(doubles[channel])
        }
        guard let target = step.targets[0] else { return }
        copyTables(scale: scale, shift: 0..<0, from: values)
        cdnnl_combine_backward(
            &described, dy, nil, self.values(target.slot, of: program), target.mode == .add ? 1 : 0, tableRows, nil,
            tableRows + tableWidth)
    }

    /// Operations that give each input value its own part of the gradient.
    private func unevenly(_ step: TrainingProgram.Step, _ dy: UnsafeMutablePointer<Float>, _ program: TrainingProgram) {
        var output = program.slots[step.output].tensor.described
        for (position, target) in step.targets.enumerated() {
            guard let target else { continue }
            let tensor = program.slots[target.slot].tensor
            var described = tensor.described
            let dx = values(target.slot, of: program)
            if case .globalAverage = step.work {
                cdnnl_global_average_backward(&described, dy, dx, target.mode == .add ? 1 : 0)
                continue
            }
            if target.mode == .write { dx.update(repeating: 0, count: tensor.count) }
            if case .pool(_, let pool) = step.work {
                let shape = program.slots[step.output].tensor.shape
                cdnnl_pool_backward(
                    pool.kind.described, &described, output.height, output.width,
                    pool.window.described(from: tensor.shape, to: shape), values(step.inputs[position], of: program),
                    dy, dx)
            } else if case .copy(let boxes, _) = step.work {
                let box = boxes[position]
                cdnnl_copy_backward(
                    &described, dx, &output, dy, box.channel.described, box.height.described, box.width.described)
            }
        }
    }
}
