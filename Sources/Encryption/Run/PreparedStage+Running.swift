extension PreparedStage {
    /// Circuit values of one batch, encrypted.
    typealias Values = [CircuitValue: [Server.Ciphertext]]

    /// Adds what the stage makes to a batch's values and takes away what no later stage reads.
    ///
    /// - Parameter observe: Called with every value once it is made (nil for the logits), for tests that look into them.
    /// - Returns: The logits, where this is the stage that makes them.
    func run(
        _ values: inout Values, observe: (CircuitValue?, [Server.Ciphertext]) throws(EncryptionError) -> Void
    ) throws(EncryptionError) -> [Server.Ciphertext]? {
        // One after the other lets go of what it has read: inputs, their digits, rotations, sums.
        let result = try outputs(of: try sums(of: try rotated(try inputs(from: &values))))
        guard case .site(let site) = matrix.target else {
            try observe(nil, result)
            return result
        }
        let powers = try powers(of: result, site: site)
        for (squarings, ciphertexts) in powers.enumerated() {
            let value = CircuitValue.power(site: site, squarings: squarings)
            try observe(value, ciphertexts)
            if circuit.isRead(value) { values[value] = ciphertexts }
        }
        return nil
    }

    /// What the matrix reads, in the stage. Values that no later stage reads go.
    private func inputs(from values: inout Values) throws(EncryptionError) -> [Server.Ciphertext] {
        var inputs: [Server.Ciphertext] = []
        for source in matrix.sources {
            inputs += try input(values[source.value.summand] ?? [], isCellSum: source.value.isCellSum)
        }
        for value in circuit.finished(after: index) { values[value] = nil }
        return inputs
    }

    /// A value at the matrix's level, added up over the cells of the grid where the matrix reads it so.
    private func input(
        _ parts: [Server.Ciphertext], isCellSum: Bool
    ) throws(EncryptionError) -> [Server.Ciphertext] {
        try concurrentResults(parts.count, threads: threads) { index throws(EncryptionError) in
            var sum = try server.drop(parts[index], to: matrix.level)
            guard isCellSum else { return sum }
            for fold in circuit.cellFolds {
                sum = try server.add(sum, try server.rotate(sum, nil, by: fold * circuit.imagesPerCiphertext))
            }
            return sum
        }
    }

    /// A layer's variable and its squares, one after the other.
    private func powers(
        of variable: [Server.Ciphertext], site: Int
    ) throws(EncryptionError) -> [[Server.Ciphertext]] {
        let squaring = circuit.squarings[site]
        let level = matrix.level + 1
        let constant = Self.drifts(of: matrix, circuit, server).constant
        var powers = [variable]
        for power in 0..<squaring.count {
            let base = powers[power]
            powers.append(
                try concurrentResults(base.count, threads: threads) { index throws(EncryptionError) in
                    let square = try server.square(base[index])
                    guard power == 0, let constants = squaring.constants else { return square }
                    let slots = circuit.slots(of: constants[index], factor: constant)
                    return try server.add(square, try server.encode(slots, level: level + 1))
                })
        }
        return powers
    }

    /// By ``MatrixStep/rotations``.
    private func rotated(_ inputs: [Server.Ciphertext]) throws(EncryptionError) -> [Server.Ciphertext] {
        let needsDigits = Set(matrix.rotations.filter { $0.baby != 0 }.map(\.input))
        let digits = try concurrentResults(inputs.count, threads: threads) { index throws(EncryptionError) in
            needsDigits.contains(index) ? try server.digits(of: inputs[index]) : nil
        }
        return try concurrentResults(matrix.rotations.count, threads: threads) { index throws(EncryptionError) in
            let rotation = matrix.rotations[index]
            guard rotation.baby != 0 else { return inputs[rotation.input] }
            return try server.rotate(
                inputs[rotation.input], digits[rotation.input], by: rotation.baby * circuit.imagesPerCiphertext)
        }
    }

    /// By ``MatrixStep/groupIndices``, each rotated by its giant step.
    private func sums(of rotated: [Server.Ciphertext]) throws(EncryptionError) -> [Server.Ciphertext] {
        let groups = matrix.groupIndices
        return try concurrentResults(groups.count, threads: threads) { at throws(EncryptionError) in
            let (output, index) = groups[at]
            let group = matrix.outputs[output][index]
            let plaintexts =
                if let kept = self.plaintexts {
                    kept[output][index]
                } else {
                    try Self.encode(matrix, group, circuit, server)
                }
            let sum = try server.sum(of: zip(group.products, plaintexts).map { (rotated[$0.rotation], $1) })
            return group.giant == 0 ? sum : try server.rotate(sum, nil, by: group.giant * circuit.imagesPerCiphertext)
        }
    }

    /// The result of the matrix, one level on.
    private func outputs(of sums: [Server.Ciphertext]) throws(EncryptionError) -> [Server.Ciphertext] {
        let groups = matrix.groupIndices
        let own = Self.drifts(of: matrix, circuit, server).own
        return try concurrentResults(matrix.outputs.count, threads: threads) { output throws(EncryptionError) in
            let parts = groups.indices.filter { groups[$0].output == output }.map { sums[$0] }
            var sum = parts[0]
            for part in parts.dropFirst() { sum = try server.add(sum, part) }
            for fold in matrix.folds {
                sum = try server.add(sum, try server.rotate(sum, nil, by: fold * circuit.imagesPerCiphertext))
            }
            let bias = circuit.slots(of: matrix.bias[output], factor: own)
            return try server.add(
                try server.rescale(sum), try server.encode(bias, level: matrix.level + 1))
        }
    }
}
