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
    let rotationKeys: Int
    let keyBytes: Int
    let memoryBytes: Int
    let keySeconds: Double
    let preparationSeconds: Double
    let batchSeconds: Double
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
        matrices = cost.matrices.map { matrix in
            Matrix(
                layer: matrix.site.map { loaded.layers[$0].name } ?? "logits", level: matrix.level,
                inputs: matrix.inputs, outputs: matrix.outputs, rotations: matrix.rotations,
                products: matrix.products, squarings: matrix.squarings, processorSeconds: matrix.seconds,
                plaintextBytes: matrix.plaintextBytes, staysEncoded: matrix.isCached)
        }
        rotations = matrices.reduce(0) { $0 + $1.rotations }
        products = matrices.reduce(0) { $0 + $1.products }
        rotationKeys = cost.rotationKeys
        keyBytes = cost.keyBytes
        memoryBytes = cost.memoryBytes
        keySeconds = cost.keySeconds
        preparationSeconds = cost.prepareSeconds / Double(threads)
        batchSeconds = (cost.batchSeconds + cost.encodingSeconds) / Double(threads)
        self.threads = threads
    }

    func rendered(style: Style) -> String {
        var table = Table(columns: [
            .text("up to layer"), .number("level"), .number("ciphertexts"), .number("rotations"), .number("products"),
            .number("squarings"), .number("processor"), .number("plaintexts"),
        ])
        for matrix in matrices {
            table.append([
                matrix.layer, "\(matrix.level)", "\(matrix.inputs) to \(matrix.outputs)", "\(matrix.rotations)",
                Figure.count(matrix.products), "\(matrix.squarings)", Figure.duration(matrix.processorSeconds),
                Memory.text(matrix.plaintextBytes) + (matrix.staysEncoded ? "" : ", encoded anew"),
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
            \(rotationKeys) rotation keys and the relinearisation key, \(Memory.text(keyBytes)), \
            made in about \(Figure.duration(keySeconds))
            About \(Figure.duration(preparationSeconds)) to prepare and \(Figure.duration(batchSeconds)) a batch on \
            \(threads) thread\(threads == 1 ? "" : "s"), \
            \(Figure.duration(batchSeconds / Double(imagesPerCiphertext))) an image; \
            about \(Memory.text(memoryBytes)) of memory
            """
    }
}
