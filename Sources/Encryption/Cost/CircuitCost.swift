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
        /// Of one batch, all threads together.
        package let seconds: Double
        package let plaintextBytes: Int
        /// Whether its plaintexts stay encoded between batches.
        package let isCached: Bool
    }

    package let matrices: [Matrix]
    package let rotationKeys: Int
    /// Evaluation keys: rotations and relinearisation.
    package let keyBytes: Int
    package let ciphertextBytes: Int
    /// Processor seconds of one batch, without encoding what is not kept.
    package let batchSeconds: Double
    /// Processor seconds per batch for plaintexts that do not stay in memory.
    package let encodingSeconds: Double
    package let keySeconds: Double
    package let prepareSeconds: Double
    /// Keys, plaintexts that stay, and ciphertexts on the way.
    package let memoryBytes: Int
    /// For plaintexts that stay.
    package let cacheBytes: Int

    /// The program itself, with network and images.
    static let ownBytes = 200 << 20

    /// - Parameter memoryLimit: What the run may take, in bytes.
    /// - Throws: ``EncryptionError/memory(bytes:limit:)`` where keys and ciphertexts alone are more.
    package init(_ circuit: Circuit, memoryLimit: Int) throws(EncryptionError) {
        self.init(circuit, limit: memoryLimit)
        guard memoryBytes <= memoryLimit else { throw .memory(bytes: memoryBytes, limit: memoryLimit) }
    }

    /// The cost within a limit that may be exceeded: for showing it.
    package init(showing circuit: Circuit, memoryLimit: Int) {
        self.init(circuit, limit: memoryLimit)
    }

    private init(_ circuit: Circuit, limit: Int) {
        let parameters = circuit.parameters
        let cost = OperationCost(parameters: parameters)
        rotationKeys = circuit.rotationSteps.count
        keyBytes = (rotationKeys + 1) * parameters.keyBytes
        ciphertextBytes = circuit.matrices.map { circuit.workingBytes(of: $0) }.max() ?? 0
        let fixed = keyBytes + ciphertextBytes + Self.ownBytes
        cacheBytes = max(0, limit - fixed)
        let isCached = circuit.cachedMatrices(cacheBytes: cacheBytes)
        matrices = circuit.matrices.enumerated().map { index, matrix in
            let squaring = circuit.squaring(after: matrix)
            let level = matrix.level
            let sums = circuit.cellFolds.count * circuit.cellSums(of: matrix).reduce(0) { $0 + $1.ciphertexts }
            let first = Double(matrix.rotatedInputs) * cost.digits(level: level)
            let rotating =
                first + Double(matrix.babyCount) * cost.baby(level: level)
                + Double(matrix.giantCount + sums) * cost.rotation(level: level)
            let squares = (0..<squaring).reduce(0) { $0 + cost.square(level: level + 1 + $1) }
            return Matrix(
                site: { if case .site(let site) = matrix.target { site } else { nil } }(),
                level: level, inputs: matrix.inputCount, outputs: matrix.outputs.count,
                rotations: matrix.babyCount + matrix.giantCount + sums, products: matrix.productCount,
                squarings: squaring,
                seconds: rotating + Double(matrix.productCount) * cost.product(level: level)
                    + Double(matrix.outputs.count) * (cost.rescale(level: level) + squares),
                plaintextBytes: matrix.productCount * parameters.plaintextBytes(at: level), isCached: isCached[index])
        }
        let kept = matrices.filter(\.isCached).reduce(0) { $0 + $1.plaintextBytes }
        memoryBytes = fixed + kept
        batchSeconds = matrices.reduce(0) { $0 + $1.seconds }
        keySeconds = Double(rotationKeys + 1) * cost.key
        let encoding = matrices.map { Double($0.products) * cost.encode(level: $0.level) }
        encodingSeconds = zip(matrices, encoding).reduce(0) { $1.0.isCached ? $0 : $0 + $1.1 }
        prepareSeconds = zip(matrices, encoding).reduce(0) { $1.0.isCached ? $0 + $1.1 : $0 }
    }
}

extension Circuit {
    fileprivate func squaring(after matrix: MatrixStep) -> Int {
        if case .site(let site) = matrix.target { squarings[site].count } else { 0 }
    }

    fileprivate func workingBytes(of matrix: MatrixStep) -> Int {
        parameters.workingBytes(
            level: matrix.level,
            ciphertexts: 2 * matrix.inputCount + matrix.babyCount + matrix.outputs.joined().count,
            digits: matrix.rotatedInputs)
    }
}
