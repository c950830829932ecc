/// One matrix of a circuit with its squarings on one backend: runs any number of batches.
struct PreparedStage<Server: SlotServer>: Sendable {
    let circuit: Circuit
    let index: Int
    let server: Server
    let threads: Int
    /// By output, group and product; nil where they are encoded anew in each batch.
    let plaintexts: [[[Server.Plaintext]]]?

    var matrix: MatrixStep { circuit.matrices[index] }

    /// - Parameter staysEncoded: Whether plaintexts are encoded now, once for all batches.
    init(
        _ circuit: Circuit, _ index: Int, on server: Server, staysEncoded: Bool, threads: Int
    ) throws(EncryptionError) {
        self.circuit = circuit
        self.index = index
        self.server = server
        self.threads = threads
        guard staysEncoded else {
            plaintexts = nil
            return
        }
        let matrix = circuit.matrices[index]
        let groups = matrix.groupIndices
        let encoded = try concurrentResults(groups.count, threads: threads) { at throws(EncryptionError) in
            try Self.encode(matrix, matrix.outputs[groups[at].output][groups[at].group], circuit, server)
        }
        var byOutput = [[[Server.Plaintext]]](repeating: [], count: matrix.outputs.count)
        for (place, products) in zip(groups, encoded) { byOutput[place.output].append(products) }
        plaintexts = byOutput
    }

    /// What the plaintexts of a matrix are multiplied by, so that its result is right after rescaling and, for a layer,
    /// its squares are; see docs/decisions/0013.
    static func drifts(of matrix: MatrixStep, _ circuit: Circuit, _ server: Server) -> (own: Double, constant: Double) {
        guard case .site(let site) = matrix.target else { return (1, 1) }
        let level = matrix.level + 1
        let second = circuit.squarings[site].count == 2 ? server.drift(at: level + 1).squareRoot() : 1
        return ((server.drift(at: level) * second).squareRoot(), second)
    }

    static func encode(
        _ matrix: MatrixStep, _ group: MatrixStep.Group, _ circuit: Circuit, _ server: Server
    ) throws(EncryptionError) -> [Server.Plaintext] {
        let own = drifts(of: matrix, circuit, server).own * server.drift(at: matrix.level)
        var plaintexts: [Server.Plaintext] = []
        for product in group.products {
            let source = matrix.source(ofInput: matrix.rotations[product.rotation].input)
            let slots = matrix.slots(
                of: product, block: circuit.block, images: circuit.imagesPerCiphertext,
                factor: own / factor(of: source, circuit, server))
            plaintexts.append(try server.encode(slots, level: matrix.level))
        }
        return plaintexts
    }

    /// A stored value over the true one.
    private static func factor(of value: CircuitValue, _ circuit: Circuit, _ server: Server) -> Double {
        guard let (site, squarings) = value.origin,
            let matrix = circuit.matrices.first(where: { $0.target == .site(site) })
        else { return 1 }
        let drifts = drifts(of: matrix, circuit, server)
        return switch squarings {
        case 0: drifts.own
        case 1: drifts.constant
        default: 1
        }
    }
}

extension MatrixStep {
    /// Every group of products, output after output.
    var groupIndices: [(output: Int, group: Int)] {
        outputs.indices.flatMap { output in outputs[output].indices.map { (output: output, group: $0) } }
    }
}
