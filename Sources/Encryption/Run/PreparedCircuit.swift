/// A circuit with its plaintexts encoded for one backend, ready to run any number of batches.
///
/// For example:
///
///     let prepared = try PreparedCircuit(circuit, on: server, cacheBytes: 1 << 30, threads: 2)
///     let result = try prepared.run(try circuit.packed(images).map(client.encrypt))
package struct PreparedCircuit<Server: SlotServer>: Sendable {
    let circuit: Circuit
    let server: Server
    let threads: Int
    /// By matrix, output, group and product; nil where a matrix is encoded anew in each batch.
    private let plaintexts: [[[[Server.Plaintext]]]?]

    /// - Parameters:
    ///   - cacheBytes: How much memory encoded plaintexts may take; what does not fit is encoded again in each batch.
    ///   - threads: Results do not depend on them.
    package init(
        _ circuit: Circuit, on server: Server, cacheBytes: Int, threads: Int
    ) throws(EncryptionError) {
        guard threads > 0 else { throw .threadCount(threads) }
        self.circuit = circuit
        self.server = server
        self.threads = threads
        let isCached = circuit.cachedMatrices(cacheBytes: cacheBytes)
        var plaintexts: [[[[Server.Plaintext]]]?] = []
        for (index, matrix) in circuit.matrices.enumerated() {
            guard isCached[index] else {
                plaintexts.append(nil)
                continue
            }
            let groups = matrix.outputs.indices.flatMap { output in
                matrix.outputs[output].indices.map { (output: output, group: $0) }
            }
            let encoded = try concurrentResults(groups.count, threads: threads) { at throws(EncryptionError) in
                try Self.encode(matrix, matrix.outputs[groups[at].output][groups[at].group], circuit, server)
            }
            var byOutput = [[[Server.Plaintext]]](repeating: [], count: matrix.outputs.count)
            for (place, products) in zip(groups, encoded) { byOutput[place.output].append(products) }
            plaintexts.append(byOutput)
        }
        self.plaintexts = plaintexts
    }

    /// What the plaintexts of a matrix are multiplied by, so that its result is right after rescaling and, for a layer,
    /// its squares are; see docs/decisions/0013.
    private static func drifts(of matrix: MatrixStep, _ circuit: Circuit, _ server: Server) -> (
        own: Double, constant: Double
    ) {
        guard case .site(let site) = matrix.target else { return (1, 1) }
        let level = matrix.level + 1
        let second = circuit.squarings[site].count == 2 ? server.drift(at: level + 1).squareRoot() : 1
        return ((server.drift(at: level) * second).squareRoot(), second)
    }

    private static func encode(
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

    // MARK: - Running

    /// The ciphertexts of the logits.
    ///
    /// - Parameters:
    ///   - input: As ``Circuit/packed(_:)`` lays images out, encrypted.
    ///   - observe: Called with every value once it is made, for tests that look into them.
    package func run(
        _ input: [Server.Ciphertext],
        observe: (CircuitValue?, [Server.Ciphertext]) throws(EncryptionError) -> Void
    ) throws(EncryptionError) -> [Server.Ciphertext] {
        var values: [CircuitValue: [Server.Ciphertext]] = [.input: input]
        for (index, matrix) in circuit.matrices.enumerated() {
            for (value, _) in circuit.cellSums(of: matrix) { values[value] = try cellSum(value, of: values) }
            let sources = matrix.sources.map { values[$0.value] ?? [] }
            let result = try apply(index, to: sources.flatMap { $0 })
            for value in circuit.finished(after: index) { values[value] = nil }
            guard case .site(let site) = matrix.target else {
                try observe(nil, result)
                return result
            }
            values[.power(site: site, squarings: 0)] = result
            try observe(.power(site: site, squarings: 0), result)
            try square(
                site: site, level: matrix.level + 1, constant: Self.drifts(of: matrix, circuit, server).constant,
                &values)
            for squarings in 0...circuit.squarings[site].count {
                let value = CircuitValue.power(site: site, squarings: squarings)
                if squarings > 0 { try observe(value, values[value] ?? []) }
                if !circuit.isRead(value) { values[value] = nil }
            }
        }
        return []
    }

    /// The ciphertexts of the logits.
    package func run(_ input: [Server.Ciphertext]) throws(EncryptionError) -> [Server.Ciphertext] {
        try run(input) { _, _ in }
    }

    private func square(
        site: Int, level: Int, constant: Double, _ values: inout [CircuitValue: [Server.Ciphertext]]
    ) throws(EncryptionError) {
        let squaring = circuit.squarings[site]
        for power in 1...squaring.count {
            let base = values[.power(site: site, squarings: power - 1)] ?? []
            values[.power(site: site, squarings: power)] = try concurrentResults(base.count, threads: threads) {
                index throws(EncryptionError) in
                let square = try server.square(base[index])
                guard power == 1, let constants = squaring.constants else { return square }
                let slots = circuit.slots(of: constants[index], factor: constant)
                return try server.add(square, try server.encode(slots, level: level + 1))
            }
        }
    }

    /// A value added up over the cells of the grid.
    private func cellSum(
        _ value: CircuitValue, of values: [CircuitValue: [Server.Ciphertext]]
    ) throws(EncryptionError) -> [Server.Ciphertext] {
        guard let (site, squarings) = value.origin else { return [] }
        let parts = values[.power(site: site, squarings: squarings)] ?? []
        return try concurrentResults(parts.count, threads: threads) { index throws(EncryptionError) in
            var sum = parts[index]
            for fold in circuit.cellFolds {
                sum = try server.add(sum, try server.rotate(sum, nil, by: fold * circuit.imagesPerCiphertext))
            }
            return sum
        }
    }

    private func apply(_ index: Int, to inputs: [Server.Ciphertext]) throws(EncryptionError) -> [Server.Ciphertext] {
        let matrix = circuit.matrices[index]
        let images = circuit.imagesPerCiphertext
        let dropped = try concurrentResults(inputs.count, threads: threads) { index throws(EncryptionError) in
            try server.drop(inputs[index], to: matrix.level)
        }
        let needsDigits = Set(matrix.rotations.filter { $0.baby != 0 }.map(\.input))
        let digits = try concurrentResults(inputs.count, threads: threads) { index throws(EncryptionError) in
            needsDigits.contains(index) ? try server.digits(of: dropped[index]) : nil
        }
        let rotated = try concurrentResults(matrix.rotations.count, threads: threads) {
            index throws(EncryptionError) in
            let rotation = matrix.rotations[index]
            guard rotation.baby != 0 else { return dropped[rotation.input] }
            return try server.rotate(
                dropped[rotation.input], digits[rotation.input], by: rotation.baby * images)
        }
        let groups = matrix.outputs.indices.flatMap { output in
            matrix.outputs[output].indices.map { (output: output, group: $0) }
        }
        let sums = try concurrentResults(groups.count, threads: threads) { at throws(EncryptionError) in
            let group = matrix.outputs[groups[at].output][groups[at].group]
            let plaintexts: [Server.Plaintext]
            if let cached = self.plaintexts[index] {
                plaintexts = cached[groups[at].output][groups[at].group]
            } else {
                plaintexts = try Self.encode(matrix, group, circuit, server)
            }
            let sum = try server.sum(of: zip(group.products, plaintexts).map { (rotated[$0.rotation], $1) })
            return group.giant == 0 ? sum : try server.rotate(sum, nil, by: group.giant * images)
        }
        let own = Self.drifts(of: matrix, circuit, server).own
        return try concurrentResults(matrix.outputs.count, threads: threads) { output throws(EncryptionError) in
            let parts = groups.indices.filter { groups[$0].output == output }.map { sums[$0] }
            var sum = parts[0]
            for part in parts.dropFirst() { sum = try server.add(sum, part) }
            for fold in matrix.folds { sum = try server.add(sum, try server.rotate(sum, nil, by: fold * images)) }
            let bias = circuit.slots(of: matrix.bias[output], factor: own)
            return try server.add(
                try server.rescale(sum), try server.encode(bias, level: matrix.level + 1))
        }
    }
}
