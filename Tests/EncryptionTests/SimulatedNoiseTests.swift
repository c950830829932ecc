import Approx
import Encryption
import Testing

/// What belongs to the key in the noise of the simulation.
@Suite struct SimulatedNoiseTests {
    /// One digit, far smaller than the auxiliary modulus.
    private let parameters = CKKSParameters(logRing: 14, depth: 2, scaleBits: 45, firstBits: 59, digits: 1)
    private let steps = [1, 2, 5, 9, 33, 64, 100, 320, 777, 1024, 1500, 2000, 2500, 3000, 3333, 4000]

    /// Errors of rotations on the slot of the mean, behind a product and a squaring.
    private func peaks(key: Int, values seed: UInt64) throws -> [Double] {
        let stage = KeyStage(of: parameters, 0, at: 0, rotationSteps: steps, relinearises: true)
        let server = SimulatedServer(parameters, for: stage, seed: 1)
        var numbers = SplitMix64(seed: seed)
        let values = (0..<parameters.slots).map { _ in 2 * numbers.nextUnit() - 1 }
        let fresh = try server.drop(SimulatedClient(parameters, seed: 1, key: key).encrypt(values), to: 0)
        let factor = try server.encode(values.map { _ in 1 }, level: 0)
        let product = try server.rescale(
            server.add(server.sum(of: [(fresh, factor)]), server.sum(of: [(fresh, factor)])))
        let square = try server.square(product)
        return try steps.map { step in
            let slot = parameters.slots - step
            return try server.rotate(square, nil, by: step).slots[slot] - square.slots[0]
        }
    }

    @Test func theMeanOfKeySwitchingBelongsToTheKey() throws {
        let own = try peaks(key: 1, values: 1)
        #expect(correlation(own, try peaks(key: 1, values: 2)) > 0.95)
        #expect(abs(correlation(own, try peaks(key: 2, values: 1))) < 0.7)
    }
}

/// Of values whose mean is 0.
func correlation(_ first: [Double], _ second: [Double]) -> Double {
    func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
    return product(first, second) / (product(first, first) * product(second, second)).squareRoot()
}
