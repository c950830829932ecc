/// One matrix of a circuit with its squarings, and the evaluation keys that they need: at the matrix's own level, where
/// keys are smaller and rotations quicker than under all moduli.
package struct KeyStage: Hashable, Sendable {
    /// At which the stage begins, fresh ciphertexts at 0.
    package let level: Int
    /// What is left of the circuit's parameters there.
    package let parameters: CKKSParameters
    /// Slots by which ciphertexts are rotated: exactly the keys that a server needs, ascending.
    package let rotationSteps: [Int]
    /// Whether anything is squared.
    package let relinearises: Bool

    package init(level: Int, parameters: CKKSParameters, rotationSteps: [Int], relinearises: Bool) {
        self.level = level
        self.parameters = parameters
        self.rotationSteps = rotationSteps
        self.relinearises = relinearises
    }

    package var keyCount: Int { rotationSteps.count + (relinearises ? 1 : 0) }
    package var keyBytes: Int { keyCount * parameters.keyBytes }
}

extension Circuit {
    /// One for each matrix, in their order.
    package var stages: [KeyStage] {
        matrices.map { matrix in
            let folds = matrix.sources.contains { $0.value.isCellSum } ? cellFolds : []
            return KeyStage(
                level: matrix.level, parameters: parameters.left(at: matrix.level),
                rotationSteps: matrix.distances.union(folds).map { $0 * imagesPerCiphertext }.sorted(),
                relinearises: squarings(after: matrix) > 0)
        }
    }

    /// Rotations of a matrix that share no work: of sums of products, and for sums over cells.
    package func rotationsOfSums(in matrix: MatrixStep) -> Int {
        let summed = matrix.sources.reduce(0) { $0 + ($1.value.isCellSum ? $1.ciphertexts : 0) }
        return matrix.giantCount + cellFolds.count * summed
    }

    func squarings(after matrix: MatrixStep) -> Int {
        if case .site(let site) = matrix.target { squarings[site].count } else { 0 }
    }
}
