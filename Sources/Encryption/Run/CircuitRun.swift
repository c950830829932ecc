/// Runs batches through a circuit on one backend.
///
/// For example:
///
///     var run = try CircuitRun(circuit, schedule, threads: 2) { stage in try keys(for: stage) }
///     let logits = try run.logits(of: [try circuit.packed(images).map(client.encrypt)])
package struct CircuitRun<Server: SlotServer> {
    private let circuit: Circuit
    private let schedule: Schedule
    private let threads: Int
    private let server: (Int) throws(EncryptionError) -> Server
    private var kept: [Int: PreparedStage<Server>] = [:]
    package private(set) var times = ServerTimes()

    /// - Parameters:
    ///   - threads: Results do not depend on them.
    ///   - server: Called for a stage when its turn comes, with the stage's index; see ``Circuit/stages``. A server is let
    ///     go behind its stage unless keys are kept.
    package init(
        _ circuit: Circuit, _ schedule: Schedule, threads: Int,
        server: @escaping (Int) throws(EncryptionError) -> Server
    ) throws(EncryptionError) {
        guard threads > 0 else { throw .threadCount(threads) }
        self.circuit = circuit
        self.schedule = schedule
        self.threads = threads
        self.server = server
    }

    /// The ciphertexts of the logits of every batch.
    ///
    /// - Parameters:
    ///   - batches: As ``Circuit/packed(_:)`` lays images out, encrypted. They are let go of where the circuit has read
    ///     them for the last time, if nobody else holds them.
    ///   - afterStage: Called when all batches are through a stage, with its index; throwing stops the run.
    ///   - observe: Called with every value once it is made (nil for the logits), for tests that look into them.
    package mutating func logits(
        of batches: consuming [[Server.Ciphertext]], afterStage: (Int) throws -> Void = { _ in },
        observe: (CircuitValue?, [Server.Ciphertext]) throws(EncryptionError) -> Void = { _, _ in }
    ) throws -> [[Server.Ciphertext]] {
        var values = (consume batches).map { [CircuitValue.input: $0] }
        var logits = [[Server.Ciphertext]](repeating: [], count: values.count)
        for index in circuit.matrices.indices {
            try withStage(index) { stage, times throws(EncryptionError) in
                let clock = ContinuousClock()
                let start = clock.now
                for batch in values.indices {
                    if let result = try stage.run(&values[batch], observe: observe) { logits[batch] = result }
                }
                times.evaluation += (clock.now - start) / .seconds(1)
            }
            try afterStage(index)
        }
        return logits
    }

    /// What the server took since this was asked last.
    package mutating func takeTimes() -> ServerTimes {
        defer { times = ServerTimes() }
        return times
    }

    /// Prepares a stage unless it is kept. What is not kept is gone when this returns.
    private mutating func withStage(
        _ index: Int, _ body: (PreparedStage<Server>, inout ServerTimes) throws(EncryptionError) -> Void
    ) throws(EncryptionError) {
        if let stage = kept[index] { return try body(stage, &times) }
        let clock = ContinuousClock()
        let start = clock.now
        let server = try server(index)
        let hasKeys = clock.now
        let stage = try PreparedStage(
            circuit, index, on: server, staysEncoded: schedule.staysEncoded[index], threads: threads)
        times.keys += (hasKeys - start) / .seconds(1)
        times.preparation += (clock.now - hasKeys) / .seconds(1)
        if schedule.keepsKeys { kept[index] = stage }
        try body(stage, &times)
    }
}

/// What a server took for all batches, in seconds.
package struct ServerTimes: Hashable, Codable, Sendable {
    /// Making or reading evaluation keys.
    package var keys = 0.0
    /// Encoding plaintexts that stay in memory for several batches.
    package var preparation = 0.0
    package var evaluation = 0.0

    package init() {}
}
