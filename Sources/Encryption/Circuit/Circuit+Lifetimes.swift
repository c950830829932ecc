extension Circuit {
    /// Whether any matrix reads a value.
    func isRead(_ value: CircuitValue) -> Bool { lastReader(of: value) != nil }

    /// Values that no matrix behind `index` reads.
    func finished(after index: Int) -> [CircuitValue] {
        matrices[index].sources.map(\.value).flatMap { [$0, $0.summand] }.filter { lastReader(of: $0) == index }
    }

    /// The sums over cells that a matrix is the first to read.
    func cellSums(of matrix: MatrixStep) -> [(value: CircuitValue, ciphertexts: Int)] {
        matrix.sources.filter { source in
            source.value.isCellSum
                && matrices.first { $0.sources.contains { $0.value == source.value } }?.target == matrix.target
        }
    }

    private func lastReader(of value: CircuitValue) -> Int? {
        matrices.lastIndex { $0.sources.contains { $0.value == value || $0.value.summand == value } }
    }

    /// Which matrices keep their plaintexts between batches: those that come at the fewest bytes, as long as there is
    /// room.
    func cachedMatrices(cacheBytes: Int) -> [Bool] {
        let bytes = matrices.map { $0.productCount * parameters.plaintextBytes(at: $0.level) }
        var isCached = [Bool](repeating: false, count: matrices.count)
        var used = 0
        for index in bytes.indices.sorted(by: { (bytes[$0], $0) < (bytes[$1], $1) })
        where used + bytes[index] <= cacheBytes {
            used += bytes[index]
            isCached[index] = true
        }
        return isCached
    }
}

extension MatrixStep {
    /// The value that an input ciphertext belongs to.
    func source(ofInput index: Int) -> CircuitValue {
        var first = 0
        for source in sources {
            first += source.ciphertexts
            if index < first { return source.value }
        }
        return .input
    }
}
