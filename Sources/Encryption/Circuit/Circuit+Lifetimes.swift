extension Circuit {
    /// Whether any matrix reads a value.
    func isRead(_ value: CircuitValue) -> Bool { lastReader(of: value) != nil }

    /// Values that no matrix behind `index` reads.
    func finished(after index: Int) -> [CircuitValue] {
        matrices[index].sources.map(\.value.summand).filter { lastReader(of: $0) == index }
    }

    private func lastReader(of value: CircuitValue) -> Int? {
        matrices.lastIndex { $0.sources.contains { $0.value.summand == value } }
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
