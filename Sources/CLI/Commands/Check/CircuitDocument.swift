internal import Encryption
internal import Store
internal import Worker

/// A plan's circuit and what it takes, as JSON and as a table.
struct CircuitDocument: Encodable {
    struct Matrix: Encodable {
        let layer: String
        let level: Int
        let inputs: Int
        let outputs: Int
        let rotations: Int
        let products: Int
        let squarings: Int
        let keys: Int
        let keyBytes: Int
        /// Digits of key switching at this level.
        let digits: Int
        /// Of one batch, with encoding where plaintexts do not stay.
        let processorSeconds: Double
        let plaintextBytes: Int
        let staysEncoded: Bool
    }

    let model: String
    let plan: String
    let logRing: Int
    let levels: Int
    let scaleBits: Int
    let firstBits: Int
    let modulusBits: Int
    let largestModulusBits: Int
    let digits: Int
    let slots: Int
    let imagesPerCiphertext: Int
    let inputCiphertexts: Int
    let matrices: [Matrix]
    let rotations: Int
    let products: Int
    let keys: Int
    let keyBytes: Int
    /// Whether the keys of all matrices are in memory at once.
    let keepsKeys: Bool
    let batches: Int
    let batchesPerRound: Int
    let memoryBytes: Int
    let keySeconds: Double
    let preparationSeconds: Double
    let batchSeconds: Double
    /// Keys, preparation and all batches.
    let totalSeconds: Double
    let threads: Int

    init(_ circuit: Circuit, _ cost: CircuitCost, _ loaded: LoadedPlan, threads: Int) {
        let parameters = circuit.parameters
        model = loaded.model.name
        plan = loaded.record.name
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
        let stages = circuit.stages
        matrices = zip(cost.matrices, stages).map { matrix, stage in
            Matrix(
                layer: matrix.site.map { loaded.layers[$0].name } ?? "logits", level: matrix.level,
                inputs: matrix.inputs, outputs: matrix.outputs, rotations: matrix.rotations,
                products: matrix.products, squarings: matrix.squarings, keys: matrix.keys,
                keyBytes: matrix.keyBytes, digits: stage.parameters.digits,
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
        preparationSeconds = (cost.encodingSeconds - cost.encodingSecondsPerBatch) / Double(threads)
        batchSeconds = cost.processorSecondsPerBatch / Double(threads)
        totalSeconds = cost.seconds(threads: threads)
        self.threads = threads
    }

    func rendered(style: Style) -> String {
        var table = Table(columns: [
            .text("up to layer"), .number("level"), .number("ciphertexts"), .number("rotations"), .number("products"),
            .number("squarings"), .number("keys"), .number("processor"), .number("plaintexts"),
        ])
        for matrix in matrices {
            table.append([
                matrix.layer, "\(matrix.level)", "\(matrix.inputs) to \(matrix.outputs)", "\(matrix.rotations)",
                Figure.count(matrix.products), "\(matrix.squarings)", "\(matrix.keys), \(Memory.text(matrix.keyBytes))",
                Figure.duration(matrix.processorSeconds), Memory.text(matrix.plaintextBytes),
            ])
        }
        return """
            \(style.bold("Circuit of plan \(plan) of \(model)"))
            CKKS, ring 2^\(logRing), \(levels) levels, scale 2^\(scaleBits), last modulus 2^\(firstBits), \
            \(digits) digits of key switching
            Security 128 bits: log2 QP = \(modulusBits) of \(largestModulusBits)
            \(Figure.count(slots)) slots, \(imagesPerCiphertext) image\(imagesPerCiphertext == 1 ? "" : "s") in \
            \(inputCiphertexts) ciphertext\(inputCiphertexts == 1 ? "" : "s")

            \(table.rendered(style: style))

            \(Figure.count(rotations)) rotations, \(Figure.count(products)) products with plaintexts in a batch
            \(Figure.count(keys)) evaluation keys, \(Memory.text(keyBytes)), made in about \
            \(Figure.duration(keySeconds))\(keepsKeys ? "" : "; only one layer's are in memory at a time")
            About \(Figure.duration(preparationSeconds)) to prepare and \(Figure.duration(batchSeconds)) a batch on \
            \(threads) thread\(threads == 1 ? "" : "s"), \
            \(Figure.duration(batchSeconds / Double(imagesPerCiphertext))) an image; \
            \(Figure.duration(totalSeconds)) in all for \(batches) batch\(batches == 1 ? "" : "es"); \
            about \(Memory.text(memoryBytes)) of memory
            """
    }
}
