internal import CDNNL

extension TrainingSession {
    /// Runs all steps on what stands in the input.
    ///
    /// - Parameters:
    ///   - values: The flat vector of parameters, for what is not in the layers and tables.
    ///   - gradient: Where normalisations leave their statistics.
    /// - Returns: The first site that met a value that is not finite, before or behind its activation.
    func forward(
        _ program: TrainingProgram, tables: [ActivationTable], values: UnsafePointer<Float>,
        gradient: UnsafeMutablePointer<Float>?
    ) throws(InferenceError) -> Int? {
        var nonFinite: Int?
        for step in program.steps {
            let first = self.values(step.inputs[0], of: program), output = self.values(step.output, of: program)
            let tensor = program.slots[step.output].tensor
            var described = tensor.described
            switch step.work {
            case .layer(let layer, _, _):
                let addend = step.inputs.count > 1 ? self.values(step.inputs[1], of: program) : nil
                try layer.forward(on: stream, first, adding: addend, output, scratch: scratch?.bytes)
            case .add:
                cdnnl_add(first, self.values(step.inputs[1], of: program), output, tensor.count)
            case .activation(let site):
                var activation = tables[site].described
                if cdnnl_activation_forward(&described, first, output, &activation) != 0, nonFinite == nil {
                    nonFinite = site
                }
            case .pool(let primitive, _):
                try primitive.run(step.name, on: stream, first, output, scratch: scratch?.bytes)
            case .globalAverage:
                var input = program.slots[step.inputs[0]].tensor.described
                cdnnl_global_average(&input, first, output)
            case .affine(let scale, let shift):
                copyTables(scale: scale, shift: shift, from: values)
                cdnnl_affine(&described, first, output, tableRows, tableRows + tableWidth)
            case .normalisation(let index):
                normalisations[index].forward(
                    program.normalisations[index], tensor, first, output, values: values, sums: doubles,
                    gradient: gradient)
            case .expansion(let index):
                let expansion = program.expansions[index]
                let isFinite = expansions[index].forward(
                    expansion, tensor, first, output, values: values, sums: doubles, gradient: gradient)
                if !isFinite, nonFinite == nil { nonFinite = expansion.site }
            case .copy(let boxes, let clears):
                if clears { output.update(repeating: 0, count: tensor.count) }
                for (input, box) in zip(step.inputs, boxes) {
                    var source = program.slots[input].tensor.described
                    cdnnl_copy(
                        &source, self.values(input, of: program), &described, output, box.channel.described,
                        box.height.described, box.width.described)
                }
            case .alias: break
            }
        }
        return nonFinite
    }
}
