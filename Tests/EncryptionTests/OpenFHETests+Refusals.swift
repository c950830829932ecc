import Encryption
import Testing

/// The clear server refuses what OpenFHE refuses, with the same words.
extension OpenFHETests {
    /// What both servers say to work that a stage at level 1, with a rotation by 3 and no squaring, cannot do.
    private func refusals<Server: SlotServer>(
        _ server: Server, fresh: Server.Ciphertext, other: Server
    ) throws -> [EncryptionError?] {
        let inside = try server.drop(fresh, to: 1)
        let elsewhere = try other.drop(fresh, to: 1)
        let plain = try server.encode([Double](repeating: 1, count: parameters.slots), level: 1)
        func error(_ body: () throws(EncryptionError) -> Void) -> EncryptionError? {
            do throws(EncryptionError) { try body() } catch { return error }
            return nil
        }
        return [
            error { () throws(EncryptionError) in _ = try server.rotate(inside, nil, by: 4) },
            error { () throws(EncryptionError) in _ = try server.square(inside) },
            error { () throws(EncryptionError) in _ = try server.rotate(fresh, nil, by: 3) },
            error { () throws(EncryptionError) in _ = try server.rotate(elsewhere, nil, by: 3) },
            error { () throws(EncryptionError) in _ = try server.rescale(elsewhere) },
            error { () throws(EncryptionError) in _ = try server.square(elsewhere) },
            error { () throws(EncryptionError) in _ = try server.add(inside, elsewhere) },
            error { () throws(EncryptionError) in _ = try server.sum(of: [(elsewhere, plain)]) },
            error { () throws(EncryptionError) in _ = try server.drop(fresh, to: 0) },
            error { () throws(EncryptionError) in _ = try server.encode([1], level: 0) },
        ]
    }

    @Test func theClearServerRefusesWhatOpenFHERefuses() throws {
        let stages = (1...2).map {
            KeyStage(of: parameters, $0, at: 1, rotationSteps: [3], relinearises: $0 == 2)
        }
        let client = try OpenFHEClient(context)
        let servers = try stages.map { OpenFHEServer(try client.evaluationKeys(for: $0)) }
        let clear = stages.map { ClearServer(parameters, for: $0) }
        let values = random(21)
        let expected: [EncryptionError?] =
            [.missingRotation(step: 4), .missingRelinearisation]
            + [EncryptionError](repeating: .outsideStage(1), count: 6)
            + [EncryptionError](repeating: .beforeStage(1, level: 0, first: 1), count: 2)
        #expect(try refusals(servers[0], fresh: client.encrypt(values), other: servers[1]) == expected)
        #expect(try refusals(clear[0], fresh: ClearClient().encrypt(values), other: clear[1]) == expected)
        // With its key, the other stage squares.
        _ = try servers[1].square(servers[1].drop(client.encrypt(values), to: 1))
        _ = try clear[1].square(clear[1].drop(ClearClient().encrypt(values), to: 1))
    }
}
