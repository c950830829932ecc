/// What of a circuit stays in memory while it runs, so that it fits a limit.
package struct Schedule: Hashable, Sendable {
    /// Whether the evaluation keys of all stages stay, so that batches go through the circuit one by one. Otherwise the
    /// batches of a round go through one stage after the other, and a stage's keys are gone before the next one's come.
    package let keepsKeys: Bool
    /// Batches that go through the circuit together.
    package let batchesPerRound: Int
    /// By stage: whether its plaintexts are encoded once for all batches, not anew in each of them.
    package let staysEncoded: [Bool]
    /// Keys, plaintexts that stay, ciphertexts and what threads work with, where they are the most.
    package let memoryBytes: Int

    /// How often the keys of each stage are made, and plaintexts that stay are encoded, for `batches` batches.
    func preparations(batches: Int) -> Int {
        keepsKeys ? 1 : (batches + batchesPerRound - 1) / batchesPerRound
    }

    package init(keepsKeys: Bool, batchesPerRound: Int, staysEncoded: [Bool], memoryBytes: Int = 0) {
        self.keepsKeys = keepsKeys
        self.batchesPerRound = batchesPerRound
        self.staysEncoded = staysEncoded
        self.memoryBytes = memoryBytes
    }

    /// Keeps what there is room for: keys first, then the plaintexts that come at the fewest bytes.
    ///
    /// - Parameters:
    ///   - stages: The circuit's.
    ///   - batches: How many there are to run.
    ///   - threads: That run them.
    ///   - memoryLimit: Bytes; where even the least takes more, that is planned nevertheless.
    init(_ circuit: Circuit, _ stages: [KeyStage], batches: Int, threads: Int, memoryLimit: Int) {
        let operations = zip(circuit.matrices, stages).map(circuit.operations)
        let keys = zip(operations, stages).map { $0.keyBytes($1.parameters) }
        let working = zip(operations, stages).map { $0.workingBytes($1.parameters, threads: threads) }
        let plaintexts = zip(operations, stages).map { $0.plaintextBytes($1.parameters) }
        let live = circuit.liveBytes
        let allKeys = keys.reduce(0, +)
        let room = memoryLimit - circuit.ownBytes - live - (working.max() ?? 0)
        keepsKeys = allKeys <= room
        var staysEncoded = [Bool](repeating: false, count: keys.count)
        if keepsKeys {
            var used = allKeys
            for index in plaintexts.indices.sorted(by: { (plaintexts[$0], $0) < (plaintexts[$1], $1) })
            where batches > 1 && used + plaintexts[index] <= room {
                used += plaintexts[index]
                staysEncoded[index] = true
            }
            batchesPerRound = 1
            memoryBytes = memoryLimit - room + used
        } else {
            let least = zip(keys, working).reduce(0) { max($0, $1.0 + $1.1) }
            let more = memoryLimit - circuit.ownBytes - least
            batchesPerRound = max(1, min(batches, live > 0 ? more / live : batches))
            let fixed = circuit.ownBytes + live * batchesPerRound
            var most = fixed + least
            for index in keys.indices where batchesPerRound > 1 {
                let bytes = fixed + keys[index] + working[index] + plaintexts[index]
                staysEncoded[index] = bytes <= memoryLimit
                if staysEncoded[index] { most = max(most, bytes) }
            }
            memoryBytes = most
        }
        self.staysEncoded = staysEncoded
    }
}

extension Circuit {
    /// The program itself, with network and images.
    private static let programBytes = 200 << 20
    /// One entry of a matrix: position, value, and what arrays keep in reserve.
    private static let entryBytes = 18

    /// What is in memory whatever a circuit of so many matrix entries keeps.
    static func ownBytes(entries: Int) -> Int { programBytes + entryBytes * entries }

    fileprivate var ownBytes: Int { Self.ownBytes(entries: matrices.reduce(0) { $0 + $1.entryCount }) }

    /// Of the values that one batch has between stages, where they are the most.
    fileprivate var liveBytes: Int {
        var live: [CircuitValue: Int] = [.input: inputCiphertexts * parameters.ciphertextBytes(at: 0)]
        var most = live[.input] ?? 0
        for (index, matrix) in matrices.enumerated() {
            if case .site(let site) = matrix.target {
                for squarings in 0...self.squarings[site].count {
                    let value = CircuitValue.power(site: site, squarings: squarings)
                    guard isRead(value) else { continue }
                    live[value] =
                        matrix.outputs.count * parameters.ciphertextBytes(at: matrix.level + 1 + squarings)
                }
            }
            most = max(most, live.values.reduce(0, +))
            for value in finished(after: index) { live[value] = nil }
        }
        return most
    }
}
