internal import CDNNL

/// Runs a network forward only, with the pre-activations of all sites in sight: a teacher beside its student.
///
/// Any number of threads may use it; each call runs on the calling thread. Sites of a teacher and of a student with one
/// architecture have the same layouts, so that their values compare element by element.
///
/// For example, inside the closure of a training step:
///
///     try teacher.withPass(over: pass.forward.input, images: pass.forward.images) { teacherPass in
///         distillation.add(to: pass, teacher: teacherPass)
///     }
package final class ForwardEngine: Sendable {
    private let program: TrainingProgram
    private let tables: [ActivationTable]
    private let values: [Float]
    private let sessions: TrainingSessionPool

    /// - Parameters:
    ///   - values: The network's own where nil.
    ///   - blend: The share of the polynomials, at sites that have one.
    /// - Throws: ``TrainingError``, also for a network with batch normalisation: that runs forward once it is folded, see
    ///   ``TrainableNetwork/graph(with:)``.
    package init(
        _ network: TrainableNetwork, values: [Float]? = nil, blend: Float = 1, microBatch: Int
    ) throws(TrainingError) {
        guard microBatch > 0 else { throw .microBatchSize(microBatch) }
        let normalisations = network.normalised.count + network.expansions.count
        try require("number of normalisations", Double(normalisations), "0 here: fold them") { $0 == 0 }
        let values = values ?? network.initialValues
        try network.check(values)
        do throws(InferenceError) {
            var compiler = TrainingCompiler(
                network: network, images: microBatch, gradientSites: [], runsBackward: false)
            program = try compiler.compile()
            tables = try ActivationTable.tables(of: network, in: program)
            try program.load(values, into: tables, blends: Array(repeating: blend, count: tables.count))
        } catch {
            throw .inference(error)
        }
        self.values = values
        sessions = TrainingSessionPool(program, sums: program.sumCount(tables))
    }

    /// Runs a micro-batch and lends `body` the result.
    ///
    /// - Parameters:
    ///   - input: `images` preprocessed images in channel, height, width order.
    ///   - images: At most as many as a micro-batch has; the rest is filled with zeros.
    package func withPass<Result>(
        over input: UnsafeBufferPointer<Float>, images: Int, _ body: (ForwardPass) throws -> Result
    ) throws -> Result {
        guard (1...program.images).contains(images) else { throw TrainingError.microBatchSize(images) }
        return try sessions.withSession { session in
            let target = session.values(program.input, of: program)
            let count = images * program.slots[program.input].tensor.shape.count
            guard let start = input.baseAddress, input.count >= count else { throw TrainingError.emptyBatch }
            target.update(from: start, count: count)
            (target + count).update(repeating: 0, count: program.slots[program.input].tensor.count - count)
            _ = try values.withUnsafeBufferPointer { values throws(InferenceError) in
                guard let values = values.baseAddress else { return }
                _ = try session.forward(program, tables: tables, values: values, gradient: nil)
            }
            return try body(ForwardPass(program: program, session: session, images: images))
        }
    }
}
