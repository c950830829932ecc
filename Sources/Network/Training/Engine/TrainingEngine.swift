internal import CDNNL
internal import Dispatch
internal import Synchronization

/// Gradients of a network over batches of images: the differentiable run that every kind of training shares.
///
/// A batch is cut into micro-batches of a fixed size, each runs on one thread, and their gradients are added in order:
/// results depend on inputs and values, never on the number of threads. Used by one caller at a time.
///
/// For example, cross-entropy on one batch:
///
///     let engine = try TrainingEngine(network, threads: 2)
///     let reports = try engine.run(batch, of: images, values: network.initialValues) { pass in
///         try SoftmaxCrossEntropy().add(to: pass)
///     }
///     let loss = reports.reduce(0, +)
package final class TrainingEngine {
    /// Images in a micro-batch unless told otherwise.
    package static let defaultMicroBatch = 16

    package let network: TrainableNetwork
    package let microBatch: Int
    package let threads: Int
    private let program: TrainingProgram
    private let tables: [ActivationTable]
    private let sessions: TrainingSessionPool
    private let sum: OrderedSum
    /// Euclidean norms of the gradients of the last batch's micro-batches, in order, before they were clipped.
    package private(set) var microBatchNorms: [Double] = []

    /// - Parameter gradientSites: Sites for which the caller will give a gradient with respect to the pre-activations.
    package init(
        _ network: TrainableNetwork, microBatch: Int = defaultMicroBatch, threads: Int = 1,
        gradientSites: Set<Int> = []
    ) throws(TrainingError) {
        guard microBatch > 0 else { throw .microBatchSize(microBatch) }
        guard threads > 0 else { throw .threadCount(threads) }
        for site in gradientSites.sorted() where !network.graph.sites.indices.contains(site) {
            throw .unknownSite(site, sites: network.graph.sites.count)
        }
        do throws(InferenceError) {
            var compiler = TrainingCompiler(
                network: network, images: microBatch, gradientSites: gradientSites, runsBackward: true)
            program = try compiler.compile()
            tables = try ActivationTable.tables(of: network, in: program)
            sum = try OrderedSum(count: network.valueCount)
        } catch {
            throw .inference(error)
        }
        sessions = TrainingSessionPool(program, sums: program.sumCount(tables))
        self.network = network
        self.microBatch = microBatch
        self.threads = threads
    }

    /// The gradient that the last ``run(_:of:values:blends:step:largestNorm:loss:)`` left, in the order of the flat vector. Places
    /// of running statistics hold the sums of those of the micro-batches.
    package var gradient: UnsafeBufferPointer<Float> {
        UnsafeBufferPointer(start: sum.values, count: network.valueCount)
    }

    /// For what a loss asks of the parameters themselves: adds to the gradient of the last batch.
    func addToGradient(_ body: (UnsafeMutableBufferPointer<Float>) -> Void) {
        body(UnsafeMutableBufferPointer(start: sum.values, count: network.valueCount))
    }

    /// Runs a batch forward and back, and leaves the gradient in ``gradient``.
    ///
    /// - Parameters:
    ///   - values: The flat vector of the network's parameters.
    ///   - blends: By site, the share t of the polynomial; 1 everywhere where nil.
    ///   - step: Steps that were taken before, for messages.
    ///   - largestNorm: The gradient of each micro-batch is scaled down to this Euclidean norm before it is added; nil
    ///     leaves it as it is. One image on its way out then moves a step no further than any other.
    ///   - loss: Called once for each micro-batch, on its thread, to add to the gradients of the pass.
    /// - Returns: What `loss` returned, in the order of the micro-batches.
    /// - Throws: ``TrainingError``, ``TrainingError/nonFinite(_:)`` among them, or what `loss` throws; that of the first
    ///   micro-batch that failed.
    package func run<Report: Sendable>(
        _ batch: TrainingBatch, of images: TrainingImages, values: [Float], blends: [Float]? = nil, step: Int = 0,
        largestNorm: Double? = nil, loss: @Sendable (TrainingPass) throws -> Report
    ) throws -> [Report] {
        try check(batch, images, values, blends)
        do throws(InferenceError) {
            try program.load(
                values, into: tables, blends: blends ?? Array(repeating: 1, count: network.graph.sites.count))
        } catch {
            throw TrainingError.inference(error)
        }
        sum.restart()
        let parts = stride(from: 0, to: batch.indices.count, by: microBatch).map {
            $0..<min($0 + microBatch, batch.indices.count)
        }
        let sessions = sessions
        let next = Atomic(0)
        let results = Mutex<[Result<(report: Report, norm: Double), any Error>?]>(
            Array(repeating: nil, count: parts.count))
        let work = MicroBatchWork(
            network: network, program: program, tables: tables, sum: sum, batch: batch, images: images,
            values: values, step: step, largestNorm: largestNorm)
        DispatchQueue.concurrentPerform(iterations: min(threads, parts.count)) { _ in
            while true {
                let index = next.add(1, ordering: .relaxed).oldValue
                guard index < parts.count else { return }
                let result = Result {
                    try sessions.withSession { try work.run(parts[index], number: index, in: $0, loss: loss) }
                }
                results.withLock { $0[index] = result }
            }
        }
        let outcomes = try results.withLock { $0 }.compactMap { try $0?.get() }
        microBatchNorms = outcomes.map(\.norm)
        return outcomes.map(\.report)
    }

    private func check(
        _ batch: TrainingBatch, _ images: TrainingImages, _ values: [Float], _ blends: [Float]?
    ) throws(TrainingError) {
        try network.check(values)
        guard !batch.indices.isEmpty else { throw .emptyBatch }
        guard images.set.shape == network.graph.inputShape else {
            throw .imageShape(network: network.graph.inputShape, images: images.set.shape)
        }
        if let wrong = batch.indices.first(where: { !(0..<images.set.count).contains($0) }) {
            throw .imageIndex(wrong, images: images.set.count)
        }
        if let blends, blends.count != network.graph.sites.count {
            throw .blendCount(blends.count, sites: network.graph.sites.count)
        }
        if network.usesBatchStatistics, batch.indices.count % microBatch != 0 {
            throw .partialMicroBatch(images: batch.indices.count, microBatch: microBatch)
        }
    }
}

/// What the threads of one step share.
private struct MicroBatchWork: Sendable {
    let network: TrainableNetwork
    let program: TrainingProgram
    let tables: [ActivationTable]
    let sum: OrderedSum
    let batch: TrainingBatch
    let images: TrainingImages
    let values: [Float]
    let step: Int
    let largestNorm: Double?

    /// Forward, loss, back; and the gradient to the sum.
    func run<Report>(
        _ part: Range<Int>, number: Int, in session: TrainingSession, loss: (TrainingPass) throws -> Report
    ) throws -> (report: Report, norm: Double) {
        let indices = batch.indices[part]
        fill(indices, in: session)
        let gradient = try sum.vector()
        var isAdded = false
        defer { if !isAdded { sum.release(gradient) } }
        let report = try values.withUnsafeBufferPointer { values in
            guard let start = values.baseAddress else { throw TrainingError.valueCount(0, expected: values.count) }
            let site = try session.forward(program, tables: tables, values: start, gradient: gradient.floats)
            let pass = TrainingPass(
                forward: ForwardPass(program: program, session: session, images: indices.count), indices: indices,
                labels: indices.map { images.set.labels[$0] }, batchSize: batch.indices.count)
            if let site { throw found(.site(name: network.graph.sites[site].name), part) }
            if isNonFinite(pass.forward.logits) { throw found(.logits, part) }
            session.clearGradients(of: program)
            let report = try loss(pass)
            try session.backward(
                program, tables: tables, images: indices.count, values: start, gradient: gradient.floats)
            return report
        }
        let all = UnsafeBufferPointer(start: UnsafePointer(gradient.floats), count: network.valueCount)
        if isNonFinite(all) {
            let wrong = network.parameters.first { isNonFinite(UnsafeBufferPointer(rebasing: all[$0.range])) }
            throw found(.gradient(parameter: wrong?.name ?? "a parameter"), part)
        }
        let norm = clip(gradient)
        sum.add(gradient, number: number)
        isAdded = true
        return (report, norm)
    }

    /// Scales a gradient down where it is too long; running statistics are no gradient, and stay.
    ///
    /// - Returns: The norm it had.
    private func clip(_ gradient: GradientVector) -> Double {
        let trained = network.parameters.filter(\.isTrained).map(\.range)
        let norm = trained.reduce(0.0) { $0 + cdnnl_squared_norm(gradient.floats + $1.lowerBound, $1.count) }
            .squareRoot()
        if let largestNorm, norm > largestNorm {
            let factor = Float(largestNorm / norm)
            for range in trained {
                for index in range { gradient.floats[index] *= factor }
            }
        }
        return norm
    }

    /// The images, prepared, and zeros for the rest of the micro-batch.
    private func fill(_ indices: ArraySlice<Int>, in session: TrainingSession) {
        let input = session.values(program.input, of: program), size = images.set.shape.count
        for (place, index) in indices.enumerated() {
            images.write(index, epoch: batch.epoch, into: input + place * size)
        }
        (input + indices.count * size).update(repeating: 0, count: (program.images - indices.count) * size)
    }

    private func isNonFinite(_ values: UnsafeBufferPointer<Float>) -> Bool {
        cdnnl_any_nonfinite(values.baseAddress, values.count) != 0
    }

    private func found(_ place: NonFiniteValue.Place, _ part: Range<Int>) -> TrainingError {
        .nonFinite(NonFiniteValue(place: place, step: step, images: part))
    }
}

extension TrainingSession {
    /// Before the loss gives its gradients.
    fileprivate func clearGradients(of program: TrainingProgram) {
        for site in givenGradients.indices { givenGradients[site] = false }
        activationWatch = nil
        guard let slot = program.outputGradient else { return }
        values(slot, of: program).update(repeating: 0, count: program.slots[slot].tensor.count)
    }
}
