/// Slot arithmetic with the noise that CKKS adds to it: encoding, key switching and rescaling; see ``NoiseModel``.
///
/// Noise is drawn for each result from the seed and from what the result was made of, so a run is the same on any
/// number of threads.
package struct SimulatedServer: SlotServer {
    private let clear: ClearServer
    private let noise: NoiseModel
    private let keySwitching: Double

    /// - Parameter parameters: The whole circuit's.
    package init(_ parameters: CKKSParameters, for stage: KeyStage, seed: UInt64) {
        clear = ClearServer(parameters, for: stage)
        noise = NoiseModel(parameters, seed: seed)
        keySwitching = NoiseModel(stage.parameters, seed: seed).keySwitching
    }

    package func drift(at level: Int) -> Double { 1 }

    package func encode(_ slots: [Double], level: Int) throws(EncryptionError) -> SlotVector {
        var plaintext = try clear.encode(slots, level: level)
        plaintext.origin = slots.reduce(7) { ClearServer.mixed($0, $1.bitPattern, 7) }
        return noise.adding(noise.encoding, to: plaintext)
    }

    package func digits(of ciphertext: SlotVector) {}

    package func rotate(
        _ ciphertext: SlotVector, _ digits: Void?, by step: Int
    ) throws(EncryptionError) -> SlotVector {
        let rotated = try clear.rotate(ciphertext, digits, by: step)
        return ciphertext.isProduct ? rotated : noise.adding(keySwitching, to: rotated)
    }

    package func sum(of products: [(SlotVector, SlotVector)]) throws(EncryptionError) -> SlotVector {
        try clear.sum(of: products)
    }

    package func add(_ first: SlotVector, _ second: SlotVector) throws(EncryptionError) -> SlotVector {
        try clear.add(first, second)
    }

    package func rescale(_ ciphertext: SlotVector) throws(EncryptionError) -> SlotVector {
        noise.adding(noise.rounding, to: try clear.rescale(ciphertext))
    }

    package func square(_ ciphertext: SlotVector) throws(EncryptionError) -> SlotVector {
        noise.adding(noise.rounding, to: try clear.square(ciphertext))
    }

    package func drop(_ ciphertext: SlotVector, to level: Int) throws(EncryptionError) -> SlotVector {
        try clear.drop(ciphertext, to: level)
    }
}

/// Adds the noise of a fresh encryption.
package struct SimulatedClient: SlotClient {
    private let noise: NoiseModel

    package init(_ parameters: CKKSParameters, seed: UInt64) {
        noise = NoiseModel(parameters, seed: seed)
    }

    package func encrypt(_ slots: [Double]) -> SlotVector {
        noise.adding(noise.fresh, to: ClearClient().encrypt(slots))
    }

    package func decrypt(_ ciphertext: SlotVector) -> [Double] { ciphertext.slots }
}
