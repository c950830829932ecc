/// One matrix of a circuit with its squarings, and the evaluation keys that they need: at the matrix's own level, where
/// keys are smaller and rotations quicker than under all moduli.
package struct KeyStage: Hashable, Sendable {
    /// Among the circuit's stages, which may stand at the same level: each of them has keys of its own.
    package let index: Int
    /// At which the stage begins, fresh ciphertexts at 0.
    package let level: Int
    /// What is left of the circuit's parameters there.
    package let parameters: CKKSParameters
    /// Slots by which ciphertexts are rotated: exactly the keys that a server needs, ascending.
    package let rotationSteps: [Int]
    /// Whether anything is squared.
    package let relinearises: Bool

    /// - Parameter whole: The circuit's parameters.
    package init(
        of whole: CKKSParameters, _ index: Int, at level: Int, rotationSteps: [Int], relinearises: Bool
    ) {
        self.index = index
        self.level = level
        parameters = whole.left(at: level)
        self.rotationSteps = rotationSteps
        self.relinearises = relinearises
    }

    /// - Throws: ``EncryptionError/beforeStage(_:level:first:)`` for a level before the stage's.
    func expect(_ level: Int) throws(EncryptionError) {
        guard level >= self.level else { throw .beforeStage(index, level: level, first: self.level) }
    }

    package var keyCount: Int { rotationSteps.count + (relinearises ? 1 : 0) }
}

extension Circuit {
    /// One for each matrix, in their order.
    package var stages: [KeyStage] {
        matrices.enumerated().map { index, matrix in
            let folds = matrix.sources.contains { $0.value.isCellSum } ? cellFolds : []
            return KeyStage(
                of: parameters, index, at: matrix.level,
                rotationSteps: matrix.distances.union(folds).map { $0 * imagesPerCiphertext }.sorted(),
                relinearises: squarings(after: matrix) > 0)
        }
    }

    func squarings(after matrix: MatrixStep) -> Int {
        if case .site(let site) = matrix.target { squarings[site].count } else { 0 }
    }
}
