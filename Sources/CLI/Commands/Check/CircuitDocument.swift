internal import Encryption
internal import Worker

/// A plan's circuit and what it takes, as JSON and as a table.
struct CircuitDocument: Encodable {
    let model: String
    let plan: String
    let circuit: CircuitSummary

    private enum CodingKeys: String, CodingKey {
        case model, plan
    }

    /// All in one object.
    func encode(to encoder: any Encoder) throws {
        try circuit.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(model, forKey: .model)
        try container.encode(plan, forKey: .plan)
    }

    func rendered(style: Style) -> String {
        var table = Table(columns: [
            .text("up to layer"), .number("level"), .number("ciphertexts"), .number("rotations"), .number("products"),
            .number("squarings"), .number("keys"), .number("processor"), .number("plaintexts"),
        ])
        for matrix in circuit.matrices {
            table.append([
                matrix.layer, "\(matrix.level)", "\(matrix.inputs) to \(matrix.outputs)", "\(matrix.rotations)",
                Figure.count(matrix.products), "\(matrix.squarings)", "\(matrix.keys), \(Memory.text(matrix.keyBytes))",
                Figure.duration(matrix.processorSeconds), Memory.text(matrix.plaintextBytes),
            ])
        }
        let images = circuit.imagesPerCiphertext
        return """
            \(style.bold("Circuit of plan \(plan) of \(model)"))
            CKKS, ring 2^\(circuit.logRing), \(circuit.levels) levels, scale 2^\(circuit.scaleBits), last modulus \
            2^\(circuit.firstBits), \(circuit.digits) digits of key switching
            Security 128 bits: log2 QP = \(circuit.modulusBits) of \(circuit.largestModulusBits)
            \(Figure.count(circuit.slots)) slots, \(images) image\(images == 1 ? "" : "s") in \
            \(circuit.inputCiphertexts) ciphertext\(circuit.inputCiphertexts == 1 ? "" : "s")

            \(table.rendered(style: style))

            \(Figure.count(circuit.rotations)) rotations, \(Figure.count(circuit.products)) products with plaintexts \
            in a batch
            \(Figure.count(circuit.keys)) evaluation keys, \(Memory.text(circuit.keyBytes)), made in about \
            \(Figure.duration(circuit.keySeconds))\(circuit.keepsKeys ? "" : "; only one layer's are in memory at a time")
            About \(Figure.duration(circuit.preparationSeconds)) to prepare and \
            \(Figure.duration(circuit.batchSeconds)) a batch on \(circuit.threads) \
            thread\(circuit.threads == 1 ? "" : "s"), \
            \(Figure.duration(circuit.batchSeconds / Double(images))) an image of a full batch; \
            \(Figure.duration(circuit.totalSeconds)) in all for \(circuit.batches) \
            batch\(circuit.batches == 1 ? "" : "es"); about \(Memory.text(circuit.memoryBytes)) of memory
            """
    }
}
