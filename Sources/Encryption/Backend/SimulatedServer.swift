/// Slot arithmetic with the noise that CKKS adds to it: encoding, key switching and rescaling; see ``NoiseModel`` and
/// ``KeySwitchingNoise``.
///
/// Noise is drawn for each result from the seed and from what the result was made of, so a run is the same on any
/// number of threads.
package struct SimulatedServer: SlotServer {
    private let clear: ClearServer
    private let noise: NoiseModel
    private let keySwitching: KeySwitchingNoise

    /// - Parameter parameters: The whole circuit's.
    package init(_ parameters: CKKSParameters, for stage: KeyStage, seed: UInt64) {
        clear = ClearServer(parameters, for: stage)
        noise = NoiseModel(parameters, seed: seed)
        keySwitching = KeySwitchingNoise(stage, seed: seed)
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
        guard !ciphertext.isProduct else { return rotated }
        var result = noise.adding(keySwitching.deviation, to: rotated)
        for (slot, value) in keySwitching.peaks(rotatingBy: step, key: ciphertext.key) { result.slots[slot] += value }
        return result
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
    private let key: Int

    /// - Parameter key: A number for each key pair, of which there are any number.
    package init(_ parameters: CKKSParameters, seed: UInt64, key: Int) {
        noise = NoiseModel(parameters, seed: seed)
        self.key = key
    }

    package func encrypt(_ slots: [Double]) -> SlotVector {
        var ciphertext = noise.adding(noise.fresh, to: ClearClient().encrypt(slots))
        ciphertext.key = key
        return ciphertext
    }

    package func decrypt(_ ciphertext: SlotVector) -> [Double] { ciphertext.slots }
}
