/// How often one stage of a circuit calls each operation, for one batch.
package struct StageOperations: Hashable, Sendable {
    /// Inputs that are taken into digits, and their rotations.
    package let digits: Int
    package let babies: Int
    /// Rotations that share no such work: of sums of products, and for sums over cells.
    package let giants: Int
    /// Sums of products.
    let groups: Int
    /// Products of the longest sum.
    let largestGroup: Int
    package let products: Int
    let inputs: Int
    package let outputs: Int
    /// Of each output.
    package let squarings: Int
    /// Evaluation keys.
    let keys: Int
}

extension StageOperations {
    /// Processor seconds of one batch, without encoding.
    func batchSeconds(_ cost: OperationCost) -> Double {
        let rotating =
            Double(digits) * cost.digits(level: 0) + Double(babies) * cost.baby(level: 0)
            + Double(giants) * cost.rotation(level: 0)
        let squares = (0..<squarings).reduce(0) { $0 + cost.square(level: 1 + $1) }
        return rotating + Double(products) * cost.product(level: 0)
            + Double(outputs) * (cost.rescale(level: 0) + squares)
    }

    /// Processor seconds for encoding every plaintext once.
    func encodingSeconds(_ cost: OperationCost) -> Double { Double(products) * cost.encode(level: 0) }

    /// Seconds of one processor.
    func keySeconds(_ cost: OperationCost) -> Double { Double(keys) * cost.key }

    func keyBytes(_ parameters: CKKSParameters) -> Int { keys * parameters.keyBytes }

    func plaintextBytes(_ parameters: CKKSParameters) -> Int { products * parameters.plaintextBytes(at: 0) }

    /// Of the ciphertexts that the stage has at once and of what each thread has beside them, where these are the most:
    /// while inputs are rotated, while products are summed, or at the end.
    func workingBytes(_ parameters: CKKSParameters, threads: Int) -> Int {
        let ciphertext = parameters.ciphertextBytes(at: 0)
        let rotating =
            (inputs + babies) * ciphertext + digits * parameters.digitsBytes + threads * parameters.switchingBytes
        let rotation = parameters.digitsBytes + parameters.switchingBytes
        let encoded = largestGroup * parameters.plaintextBytes(at: 0)
        let summing = (inputs + babies + groups) * ciphertext + threads * (encoded + rotation)
        let finishing = outputs * max(2, 1 + squarings) * ciphertext + groups * ciphertext + threads * rotation
        return max(rotating, summing, finishing)
    }
}

extension Circuit {
    package func operations(of matrix: MatrixStep, in stage: KeyStage) -> StageOperations {
        let summed = matrix.sources.reduce(0) { $0 + ($1.value.isCellSum ? $1.ciphertexts : 0) }
        return StageOperations(
            digits: matrix.rotatedInputs, babies: matrix.babyCount,
            giants: matrix.giantCount + cellFolds.count * summed, groups: matrix.outputs.joined().count,
            largestGroup: matrix.outputs.joined().map(\.products.count).max() ?? 0,
            products: matrix.productCount, inputs: matrix.inputCount, outputs: matrix.outputs.count,
            squarings: squarings(after: matrix), keys: stage.keyCount)
    }
}
