/// What a circuit takes, before it is run: counts are exact, seconds and bytes are estimates.
package struct CircuitCost: Sendable {
    /// One matrix with the squarings behind it.
    package struct Matrix: Sendable {
        /// The activation site behind the matrix; nil for the logits.
        package let site: Int?
        /// At which it is evaluated, fresh ciphertexts at 0.
        package let level: Int
        package let inputs: Int
        package let outputs: Int
        package let rotations: Int
        package let products: Int
        package let squarings: Int
        /// Evaluation keys: rotations and relinearisation.
        package let keys: Int
        package let keyBytes: Int
        /// For making its keys once.
        package let keySeconds: Double
        /// Processor seconds of one batch, without encoding.
        package let seconds: Double
        package let encodingSeconds: Double
        package let plaintextBytes: Int
        /// Whether its plaintexts stay encoded between batches.
        package let staysEncoded: Bool
    }

    package let matrices: [Matrix]
    package let schedule: Schedule
    /// That run it: each of them takes memory, so they may be fewer than there are.
    package let threads: Int
    /// Batches of the images that the circuit is to run.
    package let batches: Int
    package let keyCount: Int
    /// Evaluation keys of all stages: rotations and relinearisation.
    package let keyBytes: Int
    /// Processor seconds of one batch, without encoding.
    package let batchSeconds: Double
    /// How often the keys of each stage are made, and plaintexts that stay are encoded: once, or in every round.
    package let preparations: Int
    /// Processor seconds for encoding plaintexts that stay, all preparations together.
    package let preparationSeconds: Double
    /// Processor seconds that each batch takes for plaintexts that do not stay.
    package let encodingSecondsPerBatch: Double
    /// Seconds of one processor, all preparations together.
    package let keySeconds: Double

    /// Seconds of all batches.
    package var seconds: Double {
        keySeconds + (preparationSeconds + Double(batches) * processorSecondsPerBatch) / Double(threads)
    }

    /// With encoding what does not stay.
    package var processorSecondsPerBatch: Double { batchSeconds + encodingSecondsPerBatch }

    /// - Parameters:
    ///   - images: How many there are to run.
    ///   - threads: That there are.
    ///   - memoryLimit: What the run may take, in bytes.
    /// - Throws: ``EncryptionError/memory(bytes:limit:)`` where keys and ciphertexts alone are more.
    package init(_ circuit: Circuit, images: Int, threads: Int, memoryLimit: Int) throws(EncryptionError) {
        self.init(showing: circuit, images: images, threads: threads, memoryLimit: memoryLimit)
        try refuse(beyond: memoryLimit)
    }

    /// - Throws: ``EncryptionError/memory(bytes:limit:)`` where keys and ciphertexts alone are more.
    package func refuse(beyond memoryLimit: Int) throws(EncryptionError) {
        guard schedule.memoryBytes <= memoryLimit else {
            throw .memory(bytes: schedule.memoryBytes, limit: memoryLimit)
        }
    }

    /// The cost within a limit that may be exceeded: for showing it. It is that of the number of threads that is quickest
    /// within the limit.
    package init(showing circuit: Circuit, images: Int, threads: Int, memoryLimit: Int) {
        let costs = (1...threads).map { CircuitCost(circuit, images: images, on: $0, memoryLimit: memoryLimit) }
        let fitting = costs.filter { $0.schedule.memoryBytes <= memoryLimit }
        self = fitting.min { $0.seconds < $1.seconds } ?? costs[0]
    }

    private init(_ circuit: Circuit, images: Int, on threads: Int, memoryLimit: Int) {
        batches = (images + circuit.imagesPerCiphertext - 1) / circuit.imagesPerCiphertext
        let stages = circuit.stages
        let schedule = Schedule(circuit, stages, batches: batches, threads: threads, memoryLimit: memoryLimit)
        self.schedule = schedule
        self.threads = threads
        preparations = schedule.preparations(batches: batches)
        matrices = zip(circuit.matrices.indices, stages).map { index, stage in
            Matrix(circuit, circuit.matrices[index], stage, staysEncoded: schedule.staysEncoded[index])
        }
        keyCount = matrices.reduce(0) { $0 + $1.keys }
        keyBytes = matrices.reduce(0) { $0 + $1.keyBytes }
        batchSeconds = matrices.reduce(0) { $0 + $1.seconds }
        keySeconds = Double(preparations) * matrices.reduce(0) { $0 + $1.keySeconds }
        preparationSeconds =
            Double(preparations) * matrices.reduce(0) { $0 + ($1.staysEncoded ? $1.encodingSeconds : 0) }
        encodingSecondsPerBatch = matrices.reduce(0) { $0 + ($1.staysEncoded ? 0 : $1.encodingSeconds) }
    }
}

extension CircuitCost.Matrix {
    fileprivate init(_ circuit: Circuit, _ matrix: MatrixStep, _ stage: KeyStage, staysEncoded: Bool) {
        let operations = circuit.operations(of: matrix, in: stage)
        let cost = OperationCost(parameters: stage.parameters)
        site = if case .site(let site) = matrix.target { site } else { nil }
        level = stage.level
        inputs = operations.inputs
        outputs = operations.outputs
        rotations = operations.babies + operations.giants
        products = operations.products
        squarings = operations.squarings
        keys = operations.keys
        keyBytes = operations.keyBytes(stage.parameters)
        keySeconds = operations.keySeconds(cost)
        seconds = operations.batchSeconds(cost)
        encodingSeconds = operations.encodingSeconds(cost)
        plaintextBytes = operations.plaintextBytes(stage.parameters)
        self.staysEncoded = staysEncoded
    }
}
