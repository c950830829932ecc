/// A circuit and what it takes, as it is shown and kept.
package struct CircuitSummary: Hashable, Codable, Sendable {
    package struct Matrix: Hashable, Codable, Sendable {
        /// Of the layer behind it, or "logits".
        package let layer: String
        package let level: Int
        /// Ciphertexts.
        package let inputs: Int
        package let outputs: Int
        package let rotations: Int
        package let products: Int
        package let squarings: Int
        package let keys: Int
        package let keyBytes: Int
        /// Digits of key switching at this level.
        package let digits: Int
        /// Of one batch, with encoding where plaintexts do not stay.
        package let processorSeconds: Double
        package let plaintextBytes: Int
        package let staysEncoded: Bool
    }

    package let logRing: Int
    package let levels: Int
    package let scaleBits: Int
    package let firstBits: Int
    package let modulusBits: Int
    package let largestModulusBits: Int
    package let digits: Int
    package let slots: Int
    package let imagesPerCiphertext: Int
    package let inputCiphertexts: Int
    package let matrices: [Matrix]
    package let rotations: Int
    package let products: Int
    package let keys: Int
    package let keyBytes: Int
    /// Whether the keys of all matrices are in memory at once.
    package let keepsKeys: Bool
    package let batches: Int
    package let batchesPerRound: Int
    package let memoryBytes: Int
    package let keySeconds: Double
    package let preparationSeconds: Double
    package let batchSeconds: Double
    /// Keys, preparation and all batches.
    package let totalSeconds: Double
    package let threads: Int

    /// By which circuits of one plan are told apart: neither threads nor schedule nor estimates are part of it.
    var layout: [Int] {
        [logRing, levels, scaleBits, firstBits, digits, imagesPerCiphertext, inputCiphertexts]
            + matrices.flatMap {
                [$0.level, $0.inputs, $0.outputs, $0.rotations, $0.products, $0.squarings, $0.keys, $0.digits]
            }
    }

    /// - Parameter layers: Names of the activation sites.
    package init(_ circuit: Circuit, _ cost: CircuitCost, layers: [String]) {
        let parameters = circuit.parameters
        logRing = parameters.logRing
        levels = parameters.depth
        scaleBits = parameters.scaleBits
        firstBits = parameters.firstBits
        modulusBits = parameters.modulusBits
        largestModulusBits = CKKSParameters.securityBits[parameters.logRing] ?? 0
        digits = parameters.digits
        slots = parameters.slots
        imagesPerCiphertext = circuit.imagesPerCiphertext
        inputCiphertexts = circuit.inputCiphertexts
        matrices = zip(cost.matrices, circuit.stages).map { matrix, stage in
            Matrix(
                layer: matrix.site.map { layers[$0] } ?? "logits", level: matrix.level, inputs: matrix.inputs,
                outputs: matrix.outputs, rotations: matrix.rotations, products: matrix.products,
                squarings: matrix.squarings, keys: matrix.keys, keyBytes: matrix.keyBytes,
                digits: stage.parameters.digits,
                processorSeconds: matrix.seconds + (matrix.staysEncoded ? 0 : matrix.encodingSeconds),
                plaintextBytes: matrix.plaintextBytes, staysEncoded: matrix.staysEncoded)
        }
        rotations = matrices.reduce(0) { $0 + $1.rotations }
        products = matrices.reduce(0) { $0 + $1.products }
        keys = cost.keyCount
        keyBytes = cost.keyBytes
        keepsKeys = cost.schedule.keepsKeys
        batches = cost.batches
        batchesPerRound = cost.schedule.batchesPerRound
        memoryBytes = cost.schedule.memoryBytes
        keySeconds = cost.keySeconds
        preparationSeconds = cost.preparationSeconds / Double(cost.threads)
        batchSeconds = cost.processorSecondsPerBatch / Double(cost.threads)
        totalSeconds = cost.seconds
        threads = cost.threads
    }
}
